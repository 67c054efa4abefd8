-- macros that read the answers of a fixed list, in English and Chinese, as delivered or as customs code them; NULL where not listed.
create or replace temp macro direction_of(cleaned) as
    case
        when cleaned in ('import', 'export') then cleaned
        when lower(cleaned) in ('import', 'imports', 'imp', 'i', '进口', '进境', '入境', '进') then 'import'
        when lower(cleaned) in ('export', 'exports', 'exp', 'e', '出口', '出境', '出') then 'export'
    end;

create or replace temp macro result_of(cleaned) as
    case
        when cleaned in ('pass', 'fail', 'pending') then cleaned
        when lower(cleaned) in (
            'pass', 'passed', 'p', 'conforming', 'compliant', 'qualified', 'ok', '合格', '符合', '检验合格', '查验合格', '未见异常', '通过', '正常'
        ) then 'pass'
        when lower(cleaned) in (
            'fail', 'failed', 'f', 'non-conforming', 'nonconforming', 'non conforming', 'non-compliant', 'not conforming', 'unqualified',
            'rejected', '不合格', '不符合', '检验不合格', '查验不合格', '查验异常', '未通过', '异常'
        ) then 'fail'
        when lower(cleaned) in (
            'pending', 'in progress', 'open', 'awaiting result', '待定', '待检', '检测中', '待出结果', '未完成', '未出结果', '待判定'
        ) then 'pending'
    end;

create or replace temp macro selection_of(cleaned) as
    case
        when cleaned in ('random', 'targeted') then cleaned
        when lower(cleaned) in ('random', 'randomly', 'random targeting', '随机', '随机布控', '随机抽查', '随机抽中', '双随机', '抽中') then 'random'
        when lower(cleaned) in (
            'targeted', 'target', 'targeting', 'risk', 'risk-based', '布控', '人工布控', '指令布控', '风险布控', '精准布控', '预定式布控', '即决式布控',
            '重点布控', '定向'
        ) then 'targeted'
        when lower(cleaned) in ('follow_up', 'follow-up', 'follow up', 'followup', 'recheck', '复查', '复检', '跟踪', '追踪检验', '后续', '后续检验') then 'follow_up'
        when lower(cleaned) in ('unknown', '未知', '不详', '其他', 'other') then 'unknown'
    end;

create or replace temp macro place_of(cleaned) as
    case
        when cleaned in ('port', 'destination') then cleaned
        when lower(cleaned) in ('port', 'at port', '口岸', '口岸检验', '口岸查验', '入境口岸', '出境口岸') then 'port'
        when lower(cleaned) in ('destination', 'at destination', '目的地', '目的地检查', '目的地检验', '目的地查验', '产地') then 'destination'
    end;

create or replace temp macro basis_of(cleaned) as
    case
        when cleaned in ('statutory', 'spot_check', 'third_party') then cleaned
        when lower(cleaned) in ('statutory', 'statutory inspection', '法检', '法定检验', '法定') then 'statutory'
        when lower(cleaned) in ('spot_check', 'spot check', 'spot-check', '抽查', '抽查检验', '监督抽查', '法检目录外抽查', '目录外抽查') then 'spot_check'
        when lower(cleaned) in (
            'third_party', 'third party', 'third-party', 'accepted third-party result', '采信', '第三方采信', '采信检验结果', '第三方'
        ) then 'third_party'
    end;

create or replace temp macro complaint_kind_of(cleaned) as
    case
        when lower(cleaned) in ('complaint', 'complaints', '投诉', '消费投诉', '申诉') then 'complaint'
        when lower(cleaned) in ('report', 'report of violation', 'tip', 'whistle', '举报', '违法举报') then 'report'
    end;

create or replace temp macro report_type_of(cleaned) as
    case
        when lower(cleaned) in ('defect', 'defects', '缺陷', '产品缺陷', '质量缺陷') then 'defect'
        when lower(cleaned) in ('recall', 'recalls', '召回', '产品召回') then 'recall'
        when lower(cleaned) in ('return', 'returned', 'return from abroad', '退运', '境外退运', '出口退运', '退货', '境外退货') then 'return'
        when lower(cleaned) in (
            'overseas_rejection', 'overseas rejection', 'rejection', 'rejected abroad', 'border rejection', '境外通报', '国外扣留', '境外拒绝入境', '境外拒收',
            '被拒入境', '国外拒收'
        ) then 'overseas_rejection'
        when lower(cleaned) in (
            'technical_barrier', 'technical barrier', 'barrier', 'met a technical barrier', 'tbt', '技术壁垒', '技术性贸易壁垒', '技术性贸易措施', '遭遇技术性贸易措施'
        ) then 'technical_barrier'
        when lower(cleaned) in ('injury', 'injuries', '伤害', '伤害事件', '人身伤害') then 'injury'
        when lower(cleaned) in (
            'major_accident', 'major accident', 'major quality accident', 'accident', '重大质量事故', '质量事故', '重大事故', '质量安全事故'
        ) then 'major_accident'
        when lower(cleaned) in ('counterfeit', 'counterfeit abroad', 'fake', '假冒', '境外假冒', '仿冒', '假冒伪劣', '侵权假冒') then 'counterfeit'
    end;

-- macro severity_of(text): 0 no injury, 1 first aid, 2 doctor, 3 hospital or permanent loss, 4 fatal; NULL where it is not said.
create or replace temp macro severity_of(cleaned) as
    case
        when regexp_full_match(cleaned, '[0-4](\.0)?(级)?') then cast(left(cleaned, 1) as bigint)
        when lower(cleaned) in ('none', 'no', 'no injury', 'uninjured', '无', '无伤害', '未受伤', '无人受伤', '无人员伤亡') then 0
        when lower(cleaned) in ('minor', 'mild', 'slight', 'light', 'first aid', '轻微', '轻微伤', '轻微伤害', '轻度') then 1
        when lower(cleaned) in ('moderate', 'medium', 'emergency visit', '一般', '中等', '中度', '轻伤', '就医', '门诊', '一般伤害') then 2
        when lower(cleaned) in ('serious', 'severe', 'major', 'hospital', 'hospitalised', 'hospitalized', '严重', '重度', '重伤', '严重伤害', '住院', '伤残', '致残') then 3
        when lower(cleaned) in ('fatal', 'death', 'dead', 'deadly', '死亡', '致死', '致命', '特别严重') then 4
    end;

-- macro says_unknown(text): whether the text is an answer that says "not known", which is no mistake.
create or replace temp macro says_unknown(cleaned) as
    lower(cleaned) in ('unknown', 'not known', 'not stated', 'unspecified', '?', '未知', '不详', '不明', '未填', '未说明', '待查', '不清楚');
