"""Free the fixed sizes of an ONNX graph without importing the ``onnx`` package (which costs a quarter of a second).

Only what the detector's file needs, on bytes whose SHA-256 was checked before: the tensors' dimensions become free, and
initialisers that are listed as inputs too are unlisted, so that the runtime treats them as constants and folds batch
normalisation into the convolutions. Field numbers are those of ``onnx.proto``.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_GRAPH_OF_MODEL = 7
_INPUT, _OUTPUT = 11, 12
_TYPE, _TENSOR, _SHAPE, _DIM = 2, 1, 2, 1


def free_dimensions(model: bytes) -> bytes:
    """Return the serialised ``model`` with its first input and all outputs of any size, and no other inputs.

    Args:
        model: A serialised ONNX ``ModelProto`` of IR version 4 or later.

    Raises:
        ValueError: The bytes are not a protocol buffer message.
    """
    return b"".join(
        _field(number, _free_graph(payload)) if number == _GRAPH_OF_MODEL else whole
        for number, payload, whole in _fields(model)
    )


def _free_graph(graph: bytes) -> bytes:
    parts: list[bytes] = []
    inputs = 0
    for number, payload, whole in _fields(graph):
        if number == _INPUT:
            inputs += 1
            if inputs > 1:
                continue
        parts.append(_field(number, _free_value(payload)) if number in (_INPUT, _OUTPUT) else whole)
    return b"".join(parts)


def _free_value(value: bytes) -> bytes:
    """Empty every ``Dimension`` on the path ValueInfo -> Type -> Tensor -> Shape: an empty one is of unknown size."""
    return _rewrite(value, (_TYPE, _TENSOR, _SHAPE, _DIM))


def _rewrite(message: bytes, path: tuple[int, ...]) -> bytes:
    if not path:
        return b""
    return b"".join(
        _field(number, _rewrite(payload, path[1:])) if number == path[0] and payload is not None else whole
        for number, payload, whole in _fields(message)
    )


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(payload)) + payload


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (field number, payload of a length-delimited field else b"", the field as it stands) of a message."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        payload = b""
        kind = key & 7
        if kind == _VARINT:
            _, at = _read_varint(message, at)
        elif kind in (_FIXED32, _FIXED64):
            at += 4 if kind == _FIXED32 else 8
        elif kind == _BYTES:
            length, at = _read_varint(message, at)
            payload = message[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {kind} is not known")
        if at > len(message):
            raise ValueError("the message ends within a field")
        yield key >> 3, payload, message[start:at]


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a variable-length number has no end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
