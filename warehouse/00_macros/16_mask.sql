-- macro mask_personal(text): the text without what tells who a person is: telephone numbers, identity and passport numbers, bank cards,
-- mail addresses, QQ and WeChat names, names after the words that announce them, street addresses. It would rather mask too much: a
-- barcode lost from a narrative harms nobody. The text must have been cleaned (half-width) before.
-- Not a guarantee: a name that stands alone in a sentence is masked only where the row's own personal columns give it (mask_value).

create or replace temp macro mask_value(cleaned, personal) as
    -- Named once: a macro repeats its argument, and five personal columns would repeat it 32 times. Replacing '' changes nothing.
    replace(cleaned, coalesce(case when length(personal) >= 2 then personal end, ''), '***');

create or replace temp macro mask_addresses(t) as
    regexp_replace(regexp_replace(regexp_replace(
        t,
        '((?:家庭)?(?:住址|地址|家住|住在|现住|户籍)(?:地址|地)?[\s是为在:]{0,3})[^,，。;；!！?？\n]{3,60}', '\1***', 'g'),
        '[\p{Han}A-Za-z0-9]{1,8}(?:路|街|大道|道|巷|弄|胡同|小区|花园|公寓|苑|新村|村|大厦)[\p{Han}A-Za-z]{0,8}[第]?[0-9一二三四五六七八九十百]+[\-0-9]*(?:号|栋|幢|座|单元|楼|室|弄|层|-)(?:[\p{Han}A-Za-z]{0,4}[0-9\-一二三四五六七八九十]+(?:号|栋|幢|座|单元|楼|室|层|房|户)?)*', '***', 'g'),
        '[0-9一二三四五六七八九十]{1,4}(?:号楼|号院|栋|幢|座|单元)[\p{Han}]{0,2}[0-9一二三四五六七八九十]+(?:[\p{Han}\-]{0,3}[0-9]+)*(?:室|号|房|户)?', '***', 'g');

-- Long numbers before short ones, so that a card is not read as a telephone and half of it left.
create or replace temp macro mask_numbers(t) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        t,
        '\d{15,}[Xx]?', '***', 'g'),
        '\d{4}(?:[ \-.·]{1,2}\d{4}){3}(?:[ \-.·]{0,2}\d{1,3})?|\d{6}(?:[ \-.·]{1,2}\d{4}){2}[ \-.·]{1,2}\d{3}[\dXx]|\d{6}[ \-.·]{1,2}\d{8}[ \-.·]{1,2}\d{3}[\dXx]|\d{6}[ \-.·]{1,2}\d{6}[ \-.·]{1,2}\d{3}', '***', 'g'),
        '\d(?:[ \-.·]{1,2}\d){9,}(?:[ \-.·]{1,2}[Xx])?', '***', 'g'),
        '\d{14}[Xx]\b', '***', 'g'),
        '(?:\+?86[ \-]?)?1[3-9]\d(?:[ \-.·]{0,2}\d){8}', '***', 'g'),
        '(^|[^0-9])\(?0\d{2,3}\)?[ \-]{0,2}\d{7,8}(?:[ \-转]{1,3}\d{1,6})?', '\1***', 'g'),
        '(?i)((?:电话|座机|手机|致电|联系方式|号码|tel|phone|mobile)[\s是为:.]{0,4})\+?\d[\d \-]{5,}', '\1***', 'g'),
        '(?i)((?:护照|通行证|身份证|证件|passport|id card)(?:号码|号)?(?: no\.?| number)?[\s是为:]{0,4})[A-Za-z]{0,2}[\dXx]{6,}', '\1***', 'g');

create or replace temp macro mask_accounts(t) as
    regexp_replace(regexp_replace(
        t,
        '[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?: ?\. ?[A-Za-z0-9\-]+)+', '***', 'g'),
        '(?i)((?:QQ|扣扣|企鹅号|微信|薇信|威信|v信|vx|wx|wechat|weixin|支付宝|alipay)(?:账号|帐号|号码|号|id)?[\s是为:]{0,4})[A-Za-z0-9_\-]{5,24}', '\1***', 'g');

create or replace temp macro surname() as
    '(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|[' ||
    '王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹' ||
    '钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐葛岳])';

-- A surname makes "投诉人" + characters a name; without it the characters are taken for the next words of the sentence.
create or replace temp macro mask_names(t) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        t,
        '((?:我叫|名叫|名字叫|我名为|姓名|名字|户名|收货人|收件人|联系人|投诉人|举报人|申诉人|消费者|当事人|患者|伤者|报告人|负责人|经办人)(?:姓名)?[ ]?[是为叫:][ ]?)[\p{Han}]{2,4}(?:·[\p{Han}]{1,8})*', '\1***', 'g'),
        '((?:我叫|名叫|姓名|户名)[ ]?)[\p{Han}]{2,4}(?:·[\p{Han}]{1,8})*', '\1***', 'g'),
        '((?:我是|本人|收货人|收件人|联系人|投诉人|举报人|申诉人|消费者|当事人|患者|伤者|报告人|负责人|经办人)[ ]?)' || surname() || '[\p{Han}]{1,2}', '\1***', 'g'),
        '' || surname() || '[\p{Han}]{0,2}(先生|女士|小姐|太太|老师|师傅|阿姨)', '***\1', 'g');

create or replace temp macro mask_personal(cleaned) as
    regexp_replace(
        mask_names(mask_accounts(mask_numbers(mask_addresses(cleaned)))),
        '(?i)(my name is|name:|i am (?:mr|mrs|ms)\.?|\b(?:mr|mrs|ms)\.?) +[a-z][a-z\-]+(?: [A-Z][A-Za-z\-]+){0,2}', '\1 ***', 'g'
    );

-- macro mask_slipped(text): what a cell that has slipped into a column of codes may hold: mobile numbers, identity numbers, mail addresses.
-- Declaration numbers, which are as long as identity numbers, stay: they carry no date of birth.
create or replace temp macro mask_slipped(t) as
    regexp_replace(regexp_replace(regexp_replace(
        t,
        '[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]', '***', 'g'),
        '(^|\D)1[3-9]\d{9}(\D|$)', '\1***\2', 'g'),
        '[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+', '***', 'g');
