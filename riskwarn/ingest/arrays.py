"""Arrow columns from NumPy arrays and back, by their buffers: pyarrow's own conversions import pandas, which costs seconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def whole_numbers(values: npt.NDArray[np.int64]) -> pa.Array:
    """A BIGINT column without NULLs."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.int64))])


def truths(values: npt.NDArray[np.bool_]) -> pa.Array:
    """A BOOLEAN column without NULLs."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def hashes(values: npt.NDArray[np.uint64]) -> pa.Array:
    """A UBIGINT column without NULLs."""
    return pa.Array.from_buffers(pa.uint64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.uint64))])


def from_hashes(column: pa.Array) -> npt.NDArray[np.uint64]:
    """A copy of a UBIGINT column without NULLs."""
    return np.frombuffer(column.buffers()[1], np.uint64, len(column), column.offset * 8).copy()


def from_whole_numbers(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.int64]:
    """A copy of a BIGINT column without NULLs."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [np.frombuffer(chunk.buffers()[1], np.int64, len(chunk), chunk.offset * 8) for chunk in chunks]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
