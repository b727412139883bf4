#!/usr/bin/python3
"""A second reader of Holdfast vaults, version 1, written from bundles/core/vault/FORMAT.md.

    holdfast_reader.py list    VAULTDIR --key-file FILE
    holdfast_reader.py verify  VAULTDIR [--key-file FILE]
    holdfast_reader.py restore VAULTDIR BACKUP TARGETDIR --key-file FILE

Reads only; needs Python 3.11, python3-cryptography and python3-zstandard. Section numbers are those of FORMAT.md.
Exit status: 0 fine, 1 something is damaged or missing, 2 it could not be done as asked.
"""

import argparse
import base64
import binascii
import collections
import dataclasses
import datetime
import fcntl
import hashlib
import hmac
import json
import os
import re
import socket
import stat
import struct
import sys
import urllib.parse

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KIB, MIB = 1 << 10, 1 << 20
MAX_PACK = 128 * MIB
MAX_CHUNK = 8 * MIB
MAX_LISTING = 16 * MIB
MAX_REFS = 4 * MIB
MAX_SEGMENT = 40 * MIB
MAX_HEAD, MAX_MANIFEST_REFS, MAX_SEALED, MAX_NAMES = 256 * KIB, 48 * MIB, 64 * MIB, 128 * MIB
MAX_TABLE = 65_536
MAX_RECORD = 36 * MIB
ENTRY_HEADER = 60
CHUNK, MAP, TREE_LISTING, ITEM_LISTING = 1, 2, 3, 4
TYPES = {CHUNK: "chunk", MAP: "map block", TREE_LISTING: "listing block", ITEM_LISTING: "item listing block"}
SHAPES = {1: "disk", 2: "tree", 3: "stream", 4: "items"}


class Damaged(Exception):
    """Something in the vault is not what the format says it must be; the message begins with the name of the object."""


class Unusable(Exception):
    """It cannot be done as asked: wrong key, no such backup, no vault."""


def need(condition, name, message):
    if not condition:
        raise Damaged(f"{name}: {message}")


class Cursor:
    """Reads fields from bytes; never beyond their end, and never more than a bound."""

    def __init__(self, data, name):
        self.data = data
        self.name = name
        self.at = 0

    def take(self, count):
        need(count <= len(self.data) - self.at, self.name, f"ends within a field at byte {self.at}")
        self.at += count
        return bytes(self.data[self.at - count : self.at])

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def signed(self, size):
        return int.from_bytes(self.take(size), "big", signed=True)

    def bounded(self, size, least, most, what):
        value = self.number(size)
        need(least <= value <= most, self.name, f"{what} {value} is not within {least} and {most}")
        return value

    def zero(self, size):
        need(self.number(size) == 0, self.name, f"reserved bytes before byte {self.at} are not zero")

    def magic(self, expected):
        need(self.take(len(expected)) == expected, self.name, f"does not have {expected.decode()} where it must")

    def varint(self):
        value = shift = 0
        while True:
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                need(byte or not shift, self.name, f"number before byte {self.at} is not in its shortest form")
                return value
            shift += 7
            need(shift < 63, self.name, f"number before byte {self.at} is too long")

    def bounded_varint(self, most, what):
        value = self.varint()
        need(value <= most, self.name, f"{what} {value} is more than {most}")
        return value

    def bytes16(self):
        return self.take(self.number(2))

    def bytes32(self, most, what):
        return self.take(self.bounded(4, 0, most, what))

    def string(self):
        try:
            return self.bytes16().decode()
        except UnicodeDecodeError as error:
            raise Damaged(f"{self.name}: text before byte {self.at} is not UTF-8") from error

    def end(self):
        need(self.at == len(self.data), self.name, f"{len(self.data) - self.at} bytes are left over")


# Cryptography (section 3)


def mac(key, *parts):
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        digest.update(part)
    return digest.digest()


def bytes16(data):
    return struct.pack(">H", len(data)) + data


def extract(salt, ikm):
    return mac(salt or bytes(32), ikm)


def expand(prk, info, length):
    result, block, counter = b"", b"", 1
    while len(result) < length:
        block = mac(prk, block, info, bytes([counter]))
        result += block
        counter += 1
    return result[:length]


def hkdf(ikm, salt, info, length=32):
    return expand(extract(salt, ikm), info, length)


def public_bytes(private):
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def hpke_open(private, info, sealed):
    """RFC 9180, base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. InvalidTag if it is not for us."""
    kem = b"KEM" + struct.pack(">H", 0x0020)
    suite = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0002)

    def labeled_extract(suite_id, salt, label, ikm):
        return extract(salt, b"HPKE-v1" + suite_id + label + ikm)

    def labeled_expand(suite_id, prk, label, context, length):
        return expand(prk, struct.pack(">H", length) + b"HPKE-v1" + suite_id + label + context, length)

    encapsulated, ciphertext = sealed[:32], sealed[32:]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    except ValueError as error:  # a point of low order
        raise InvalidTag from error
    prk = labeled_extract(kem, b"", b"eae_prk", shared)
    secret = labeled_expand(kem, prk, b"shared_secret", encapsulated + public_bytes(private), 32)
    context = b"\0" + labeled_extract(suite, b"", b"psk_id_hash", b"") + labeled_extract(suite, b"", b"info_hash", info)
    prk = labeled_extract(suite, secret, b"secret", b"")
    key = labeled_expand(suite, prk, b"key", context, 32)
    nonce = labeled_expand(suite, prk, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def recovery_secret(text):
    """The secret of a printed recovery key (section 3.3)."""
    letters = re.sub(r"[\s-]", "", text).upper().replace("0", "O").replace("1", "I")
    try:
        raw = base64.b32decode(letters)
    except binascii.Error as error:
        raise Unusable("the recovery key is mistyped: it has other characters than A to Z and 2 to 7") from error
    if len(raw) != 25:
        raise Unusable(f"the recovery key is mistyped: it has {len(letters)} characters instead of 40")
    secret, check = raw[:20], raw[20:]
    if hashlib.sha256(b"holdfast recovery key" + secret).digest()[:5] != check:
        raise Unusable("the recovery key is mistyped: its check characters do not match")
    return secret


def share(text):
    """The parts of a printed share (section 3.3.1): set id, threshold, count, number, value."""
    letters = re.sub(r"[\s-]", "", text).upper().replace("0", "O").replace("1", "I")
    try:
        raw = base64.b32decode(letters)
    except binascii.Error as error:
        raise Unusable("a share is mistyped: it has other characters than A to Z and 2 to 7, or too few") from error
    if len(raw) != 35 or raw[0] != 1 or hashlib.sha256(b"holdfast recovery share" + raw[:30]).digest()[:5] != raw[30:]:
        raise Unusable(f"the share {text[:15]}... is mistyped: its check characters do not match")
    return raw[1:7], raw[7], raw[8], raw[9], raw[10:30]


def times(a, b):
    """A product in the field of AES."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = (a << 1) ^ (0x11B if a & 0x80 else 0), b >> 1
    return product


def shared_secret(lines):
    """Set id and secret of the shares that were given (section 3.3.1)."""
    shares = [share(line) for line in lines.splitlines() if line.strip()]
    if len({parts[:3] for parts in shares}) != 1:
        raise Unusable("the shares are not of one set")
    set_id, threshold = shares[0][:2]
    points = dict((parts[3], parts[4]) for parts in shares)
    if len(points) < threshold:
        raise Unusable(f"{threshold} different shares are needed, {len(points)} were given")
    points = dict(sorted(points.items())[:threshold])
    secret = bytearray(20)
    for x, value in points.items():
        weight = 1
        for other in points:
            if other != x:
                inverse = next(b for b in range(1, 256) if times(other ^ x, b) == 1)
                weight = times(weight, times(other, inverse))
        secret = bytearray(s ^ times(weight, v) for s, v in zip(secret, value))
    return set_id + bytes(secret)


def crc_tables():
    single = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        single.append(value)
    double = []
    for value in range(65_536):
        for _ in range(2):
            value = single[value & 255] ^ (value >> 8)
        double.append(value)
    return single, double


CRC_SINGLE, CRC_DOUBLE = crc_tables()


def crc32c(*parts):
    data = b"".join(parts)
    even = len(data) & ~1
    crc = 0xFFFFFFFF
    for word in struct.unpack(f"<{even // 2}H", data[:even]):
        crc = CRC_DOUBLE[(crc ^ word) & 0xFFFF] ^ (crc >> 16)
    for byte in data[even:]:
        crc = CRC_SINGLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def unzstd(data, raw_length, name):
    """One whole frame of exactly that many bytes. Fed in small pieces: what one yields at most is bounded."""
    try:
        need(zstandard.frame_content_size(data) == raw_length, name, "compressed size does not match the raw length")
        frame = zstandard.ZstdDecompressor(max_window_size=MAX_NAMES).decompressobj()
        out, size, at = [], 0, 0
        while not frame.eof and at < len(data):
            out.append(frame.decompress(data[at : at + KIB]))
            size += len(out[-1])
            at += KIB
            need(size <= raw_length, name, "has more than its raw length")
        need(frame.eof and not frame.unused_data and at >= len(data), name, "is not one whole zstd frame")
        need(size == raw_length, name, "has less than its raw length")
        return b"".join(out)
    except zstandard.ZstdError as error:
        raise Damaged(f"{name}: cannot be decompressed: {error}") from error


# Objects (section 1), as the README of destinations/filesystem lays them out


class Store:
    def __init__(self, directories):
        self.roots = [os.path.join(directory, "objects") for directory in directories]
        for root in self.roots:
            if not os.path.isdir(root):
                raise Unusable(f"{root}: there is no such directory; this is not a vault on a file system")

    def keys(self, prefix=""):
        found = set()
        for root in self.roots:
            for directory, _, files in os.walk(root):
                segments = [s.removesuffix("+") for s in os.path.relpath(directory, root).split(os.sep) if s != "."]
                found.update("/".join([*segments, file]) for file in files)
        return sorted(key for key in found if key.startswith(prefix))

    def path(self, key):
        *directories, name = key.split("/")
        for root in self.roots:
            path = os.path.join(root, *[d + "+" for d in directories], name)
            if os.path.exists(path):
                return path
        raise Damaged(f"{key}: is missing")

    def read(self, key, most):
        path = self.path(key)
        need(os.path.getsize(path) <= most, key, f"is longer than {most} bytes")
        with open(path, "rb") as file:
            return file.read(most + 1)

    def range(self, key, offset, length):
        with open(self.path(key), "rb") as file:
            file.seek(offset)
            data = file.read(length)
        need(len(data) == length, key, f"ends before byte {offset + length}: it is truncated")
        return data

    def size(self, key):
        return os.path.getsize(self.path(key))


class Keys:
    """What a recovery key or passphrase opens (sections 3.1 to 3.3)."""

    SLOTS = {1: "recovery key", 2: "passphrase", 3: "set of shares"}

    def __init__(self, store, slot, secret):
        self.private = {}
        self.vault_id = b""
        self.dedup = None
        tried = []
        for key in store.keys("keys/"):
            try:
                if self.open(key, store.read(key, KIB), slot, secret):
                    tried.append(key)
            except Damaged as error:  # each slot is there twice; `verify` names it
                print(error, file=sys.stderr)
        if self.dedup is None:
            raise Unusable(f"this {self.SLOTS[slot]} opens none of the keys of the vault")
        for name in ("id", "block", "path", "sign", "mac"):
            setattr(self, name, hkdf(self.dedup, self.vault_id, b"holdfast-vault-1/" + name.encode()))
        for epoch in sorted(self.private, reverse=True):
            key = f"epochs/{epoch:010}"
            if epoch > 1 and key in store.keys("epochs/"):
                try:
                    self.earlier(key, epoch, store.read(key, 16 * KIB))
                except Damaged as error:  # older slots may open all the same; `verify` names it
                    print(error, file=sys.stderr)

    def earlier(self, key, epoch, data):
        """The private keys of earlier epochs (section 3.5)."""
        cursor = self.record(key, data, b"HFep")
        need(cursor.number(4) == epoch, key, "is that of another epoch")
        need(cursor.take(32) == public_bytes(self.private[epoch]), key, "has another public key than its slot")
        sealed = cursor.bytes16()
        cursor.end()
        inner = Cursor(self.unseal(b"epoch", epoch, b"", sealed, key), key)
        last = 0
        for _ in range(inner.bounded(4, 0, 100, "count")):
            number, public = inner.bounded(4, last + 1, epoch - 1, "epoch"), inner.take(32)
            private = X25519PrivateKey.from_private_bytes(inner.take(32))
            need(public_bytes(private) == public, key, "has a public key that does not belong to the private one")
            self.private.setdefault(number, private)
            last = number
        inner.end()

    def record(self, key, data, magic):
        """The body of an envelope (section 4)."""
        expected = mac(self.mac, bytes16(key.encode()), data[:-32])
        need(hmac.compare_digest(expected, data[-32:]), key, "is not authentic: it is damaged, or another object in its place")
        cursor = Cursor(data[:-32], key)
        cursor.magic(magic)
        if (version := cursor.number(1)) != 1:
            raise Unusable(f"{key}: is of version {version}, which this reader does not know")
        cursor.zero(3)
        need(cursor.take(16) == self.vault_id, key, "belongs to another vault")
        return cursor

    def open(self, key, data, slot, secret):
        cursor = Cursor(data, key)
        cursor.magic(b"HFky")
        cursor.bounded(1, 1, 1, "version")
        found = cursor.bounded(1, 1, 3, "slot type")
        threshold, count = cursor.number(1), cursor.number(1)
        possible = 2 <= threshold <= count <= 64 if found == 3 else threshold == count == 0
        need(possible, key, "names no possible set of shares")
        vault_id, epoch, salt = cursor.take(16), cursor.number(4), cursor.take(32)
        iterations = cursor.number(4)
        clear = data[: cursor.at]
        nonce, public, ciphertext = cursor.take(12), cursor.take(32), cursor.bytes16()
        cursor.end()
        need(re.fullmatch(rf"keys/{vault_id.hex()}\.{epoch:04}\.\d{{4}}", key), key, "names another vault or epoch")
        if found != slot:
            return False
        if slot == 1:
            need(iterations == 0, key, "has iterations that a recovery key does not have")
            wrapping = hkdf(secret, salt, b"holdfast-vault-1/recovery")
        elif slot == 3:
            need(iterations == 0, key, "has iterations that shares do not have")
            if salt[:6] != secret[:6]:
                return False
            wrapping = hkdf(secret[6:], salt, b"holdfast-vault-1/shares")
        else:
            need(600_000 <= iterations <= 100_000_000, key, f"{iterations} iterations are out of bounds")
            wrapping = hashlib.pbkdf2_hmac("sha256", secret, salt, iterations, 32)
        try:
            plain = AESGCM(wrapping).decrypt(nonce, ciphertext, clear + public)
        except InvalidTag:
            return False  # of another key; damage cannot be told from that
        need(len(plain) == 64, key, "does not hold two keys")
        private = X25519PrivateKey.from_private_bytes(plain[32:])
        need(public_bytes(private) == public, key, "the public key does not belong to the private one")
        need(self.dedup in (None, plain[:32]) and self.vault_id in (b"", vault_id), key, "contradicts another of the keys")
        self.dedup, self.vault_id, self.private[epoch] = plain[:32], vault_id, private
        return True

    def unseal(self, purpose, epoch, added, sealed, name):
        need(epoch in self.private, name, f"is sealed to key epoch {epoch}, which is not known")
        info = b"holdfast-vault-1/" + purpose + b"\0" + self.vault_id + struct.pack(">I", epoch) + added
        try:
            return hpke_open(self.private[epoch], info, sealed)
        except InvalidTag as error:
            raise Damaged(f"{name}: the sealed {purpose.decode()} key cannot be opened") from error


# Packs (section 5)


@dataclasses.dataclass
class Entry:
    type: int
    flags: int
    key_index: int
    ordinal: int
    raw_length: int
    id: bytes
    crc: int
    head: bytes
    refs: bytes
    stored: bytes


class Pack:
    """A pack: its header, authenticated table and entries. Without keys only what can be checked without."""

    def __init__(self, store, keys, key):
        self.store, self.keys, self.key = store, keys, key
        self.size = store.size(key)
        self.opened = {}
        need(self.size <= MAX_PACK, key, "is longer than a pack can be")
        self.read_header()
        try:
            self.table, self.entries_end, self.scanned = *self.read_table(), None
        except Damaged as error:
            self.table, self.entries_end, self.scanned = self.scan(), self.size, str(error)
        self.positions = {entry_id: (offset, length) for entry_id, offset, length in self.table}

    def read_header(self):
        start = self.store.range(self.key, 0, min(self.size, 40))
        cursor = Cursor(start, self.key)
        cursor.magic(b"HFpk")
        cursor.bounded(1, 1, 1, "version")
        self.kind = cursor.bounded(1, 1, 2, "kind")
        count = cursor.bounded(2, 1, 4_096, "key count")
        self.vault_id, self.session = cursor.take(16), cursor.take(16)
        self.header = self.store.range(self.key, 0, 40 + count * 84 + 4)
        cursor = Cursor(self.header, self.key)
        cursor.take(40)
        self.sealed = [(cursor.number(4), cursor.take(80)) for _ in range(count)]
        need(cursor.number(4) == crc32c(self.header[:-4]), self.key, "the checksum of its header does not match: it is damaged")
        if self.keys:
            need(self.vault_id == self.keys.vault_id, self.key, "belongs to another vault")

    def read_table(self):
        need(self.size >= len(self.header) + 56, self.key, "is truncated")
        trailer = self.store.range(self.key, self.size - 48, 48)
        cursor = Cursor(trailer, self.key)
        offset, length, count = cursor.number(4), cursor.number(4), cursor.number(4)
        tag = cursor.take(32)
        cursor.magic(b"HFpe")
        need(
            offset >= len(self.header) and length == 8 + 40 * count and offset + length + 48 == self.size,
            self.key,
            "its trailer does not fit: it is truncated or damaged",
        )
        footer = self.store.range(self.key, offset, length)
        if self.keys:
            expected = mac(self.keys.mac, b"pack", self.header, footer, trailer[:12])
            need(hmac.compare_digest(tag, expected), self.key, "its table is not authentic")
        cursor = Cursor(footer, self.key)
        cursor.magic(b"HFpf")
        need(cursor.number(4) == count, self.key, "footer and trailer count differently")
        table = [(cursor.take(32), cursor.number(4), cursor.number(4)) for _ in range(count)]
        for _, at, size in table:
            need(at >= len(self.header) and size >= ENTRY_HEADER and at + size <= offset, self.key, "an entry is outside")
        return table, offset

    def scan(self):
        """The entries of a pack whose table is lost (section 10)."""
        data = self.store.range(self.key, 0, self.size)
        table, at = [], len(self.header)
        while (at := data.find(b"HFen", at)) >= 0:
            try:
                cursor = Cursor(data, self.key)
                cursor.at = at
                entry = parse_entry(cursor, self.key)
                check_crc(entry, self.key, at)
                table.append((entry.id, at, cursor.at - at))
                at = cursor.at
            except Damaged:
                at += 1
        return table

    def entry(self, offset, length):
        cursor = Cursor(self.store.range(self.key, offset, length), f"{self.key} at {offset}")
        entry = parse_entry(cursor, f"{self.key} at {offset}")
        cursor.end()
        need(entry.key_index < len(self.sealed), cursor.name, "has the number of a key that the pack does not have")
        return entry

    def pack_key(self, index):
        if index not in self.opened:
            epoch, sealed = self.sealed[index]
            key = self.keys.unseal(b"pack", epoch, bytes([self.kind]), sealed, self.key)
            need(len(key) == 32, self.key, "a pack key is not one")
            self.opened[index] = AESGCM(key)
        return self.opened[index]

    def content(self, entry, name):
        """Refs without their tag, and payload; both authentic and of the entry's id."""
        refs = b""
        if entry.type != CHUNK:
            refs, tag = entry.refs[:-16], entry.refs[-16:]
            expected = mac(self.keys.mac, b"refs", bytes([entry.type]), entry.id, refs)[:16]
            need(hmac.compare_digest(tag, expected), name, "its refs are not authentic")
        payload = b"" if entry.type == MAP else self.decrypt(entry, name)
        if entry.type == CHUNK:
            expected = mac(self.keys.id, payload)
        else:
            expected = mac(self.keys.block, bytes([entry.type]), struct.pack(">I", len(refs)), refs, payload)
        need(expected == entry.id, name, "its content does not have its id")
        return refs, payload

    def decrypt(self, entry, name):
        associated = b"".join((
            self.keys.vault_id,
            bytes([self.kind, entry.type, entry.flags]),
            entry.id,
            struct.pack(">III", len(entry.refs), entry.raw_length, len(entry.stored)),
            entry.refs,
        ))
        nonce = bytes(8) + struct.pack(">I", entry.ordinal)
        try:
            payload = self.pack_key(entry.key_index).decrypt(nonce, entry.stored, associated)
        except InvalidTag as error:
            raise Damaged(f"{name}: is not authentic: it is damaged") from error
        if entry.flags & 1:
            return unzstd(payload, entry.raw_length, name)
        need(len(payload) == entry.raw_length, name, "does not have its raw length")
        return payload


def parse_entry(cursor, name):
    start = cursor.at
    cursor.magic(b"HFen")
    kind = cursor.bounded(1, 1, 4, "type")
    flags = cursor.bounded(1, 0, 1, "flags")
    key_index, ordinal = cursor.number(2), cursor.number(4)
    refs_length = cursor.bounded(4, 0, MAX_REFS, "refs length")
    raw_length = cursor.bounded(4, 0, MAX_CHUNK if kind == CHUNK else MAX_LISTING, "raw length")
    stored_length = cursor.bounded(4, 0, raw_length + 16, "stored length")
    entry_id, crc = cursor.take(32), cursor.number(4)
    head = bytes(cursor.data[start : cursor.at - 4])
    if kind == CHUNK:
        need(refs_length == 0 and raw_length > 0, name, "is a chunk with refs or without content")
    else:
        need(refs_length >= 16, name, "is a block without refs")
    if kind == MAP:
        need(raw_length == stored_length == flags == 0, name, "is a map block with a payload")
    else:
        need(stored_length >= 16, name, "has no room for a tag")
    refs, stored = cursor.take(refs_length), cursor.take(stored_length)
    return Entry(kind, flags, key_index, ordinal, raw_length, entry_id, crc, head, refs, stored)


def check_crc(entry, key, at):
    need(crc32c(entry.head, entry.refs, entry.stored) == entry.crc, f"{key} at {at}", "its checksum does not match: it is damaged")


# Refs (section 5.1)


@dataclasses.dataclass(frozen=True)
class Piece:
    """Some bytes: of a chunk, zeroes, or not in this layer. A reference to a map block is resolved by Vault.pieces."""

    length: int
    chunk: bytes = b""
    offset: int = 0
    raw: int = 0
    absent: bool = False
    map: bytes = b""


def parse_table(cursor):
    table = []
    for _ in range(cursor.bounded_varint(MAX_TABLE, "table size")):
        entry_id, value = cursor.take(32), cursor.varint()
        is_map, length = value & 1, value >> 1
        need(length > 0 and (is_map or length <= MAX_CHUNK), cursor.name, "a length in its table is out of bounds")
        table.append((entry_id, length, is_map))
    return table


def parse_extents(cursor, table, holes):
    pieces = []
    count = cursor.varint()
    need(count <= len(cursor.data) - cursor.at, cursor.name, "counts more extents than it has bytes")
    for _ in range(count):
        value = cursor.varint()
        form, value = value & 3, value >> 2
        if form in (1, 2):
            need(value > 0 and (form == 1 or holes), cursor.name, "an extent is not allowed here")
            pieces.append(Piece(value, absent=form == 2))
            continue
        need(value < len(table), cursor.name, "an extent names nothing in the table")
        entry_id, length, is_map = table[value]
        if form == 0:
            pieces.append(Piece(length, map=entry_id) if is_map else Piece(length, entry_id, 0, length))
            continue
        offset, size = cursor.varint(), cursor.varint()
        need(not is_map and 0 < size and offset + size <= length, cursor.name, "a slice is outside its chunk")
        pieces.append(Piece(size, entry_id, offset, length))
    return pieces


# Manifests (section 8)


@dataclasses.dataclass
class Source:
    shape: int
    document: bool
    name_hash: bytes
    size: int
    chunk_size: int
    layers: list
    name: str = ""


@dataclasses.dataclass
class Manifest:
    key: str
    void: int
    head: dict
    sources: list
    problems: list


def parse_refs(cursor):
    sources = []
    for _ in range(cursor.number(2)):
        name_hash, shape = cursor.take(16), cursor.bounded(1, 1, 4, "shape")
        document = cursor.bounded(1, 0, 1 if shape == 3 else 0, "source flags")
        cursor.zero(2)
        chunk_size, size = cursor.number(4), cursor.number(8)
        layers = []
        for _ in range(cursor.bounded(2, 0, 64, "layer count")):
            blocks, before = [], 0
            count = cursor.number(4)
            need(count * 48 <= len(cursor.data) - cursor.at, cursor.name, "counts more blocks than it has bytes")
            for _ in range(count):
                block, start, end = cursor.take(32), cursor.number(8), cursor.number(8)
                need(before <= start < end, cursor.name, "blocks of a layer overlap or are out of order")
                blocks.append((block, start, end))
                before = end
            layers.append(blocks)
        sources.append(Source(shape, bool(document), name_hash, size, chunk_size, layers))
    cursor.end()
    return sources


def parse_names(cursor, sources):
    for source in sources:
        source.name = cursor.string()
        if source.shape in (2, 4):
            for layer in source.layers:
                for number, block in enumerate(layer):
                    layer[number] = (*block, cursor.bytes16())
    problems = []
    for _ in range(cursor.bounded(4, 0, 10_000, "problem count")):
        problems.append((cursor.number(2), cursor.bytes16(), cursor.string(), cursor.string()))
    cursor.end()
    return problems


# Listings (sections 5.2, 5.3)

TREE_KINDS = ("file", "directory", "symlink", "hardlink", "fifo", "socket", "character device", "block device")


@dataclasses.dataclass
class TreeEntry:
    path: bytes
    kind: str
    changed: bool
    size: int
    seconds: int
    nanos: int
    mode: int
    user: int
    group: int
    device: int
    link: bytes
    extra: bytes
    pieces: list


@dataclasses.dataclass
class Item:
    id: str
    deleted: bool
    path: bytes = b""
    version: str = ""
    size: int = 0
    seconds: int = 0
    nanos: int = 0
    metadata: int = 0
    content: int = 0
    pieces: tuple = ()


def check_path(path, name):
    bad = path and any(segment in (b"", b".", b"..") for segment in path.split(b"/"))
    need(not bad and b"\0" not in path and len(path) <= 65_535, name, f"{path!r} is not a path")


def path_order(path):
    return path.replace(b"\0", b"").replace(b"/", b"\0")


def parse_tree_listing(payload, extents, name):
    cursor = Cursor(payload, name)
    entries, before = [], b""
    for pieces in extents:
        prefix = cursor.bounded_varint(len(before), "shared prefix")
        path = before[:prefix] + cursor.take(cursor.bounded_varint(65_535, "path length"))
        check_path(path, name)
        need(not entries or path_order(before) < path_order(path), name, "its entries are out of order")
        kind = TREE_KINDS[cursor.bounded(1, 0, 7, "kind")]
        changed = cursor.bounded(1, 0, 1, "entry flags")
        size, seconds = cursor.varint(), cursor.signed(8)
        nanos = cursor.bounded(4, 0, 999_999_999, "nanoseconds")
        mode = cursor.bounded(2, 0, 0o7777, "mode")
        user, group, device = cursor.number(4) - 1, cursor.number(4) - 1, cursor.number(8)
        link = cursor.take(cursor.bounded_varint(65_535, "length of link target"))
        extra = cursor.take(cursor.bounded_varint(MIB, "length of extra"))
        entries.append(
            TreeEntry(path, kind, bool(changed), size, seconds, nanos, mode, user, group, device, link, extra, pieces)
        )
        before = path
    cursor.end()
    return entries


def parse_item_listing(payload, extents, name):
    cursor = Cursor(payload, name)
    items, before = [], b""
    for deleted, pieces in extents:
        raw = cursor.take(cursor.bounded_varint(MIB, "length of id"))
        need(before < raw, name, "its items are out of order")
        before = raw
        item = Item(raw.decode(), deleted)
        if not deleted:
            item.path = cursor.take(cursor.bounded_varint(65_535, "path length"))
            item.version = cursor.take(cursor.bounded_varint(MIB, "length of version")).decode()
            item.size, item.seconds = cursor.varint(), cursor.signed(8)
            item.nanos = cursor.bounded(4, 0, 999_999_999, "nanoseconds")
            item.metadata, item.content = cursor.varint(), cursor.varint()
            item.pieces = pieces
        items.append(item)
    cursor.end()
    return items


def parse_listing_refs(refs, items, name):
    """Table, and per entry whether it is deleted and its extents."""
    cursor = Cursor(refs, name)
    table = parse_table(cursor)
    entries = []
    for _ in range(cursor.bounded_varint(8_192, "entry count")):
        flags = cursor.bounded(1, 0, 3 if items else 1, "entry flags")
        if flags & 1:
            cursor.take(16)
        entries.append((bool(flags & 2), parse_extents(cursor, table, False)))
    cursor.end()
    return table, entries


# The vault


class Vault:
    CACHE = 64 * MIB

    def __init__(self, directories, slot=None, secret=None):
        self.store = Store(directories)
        self.keys = Keys(self.store, slot, secret) if slot else None
        self.locations = None
        self.packs = {}
        self.damaged_packs = []
        self.cache = collections.OrderedDict()
        self.cached = 0
        if self.keys:
            self.find_descriptor()

    # Small clear objects (section 4)

    def envelope(self, key, magic):
        return self.keys.record(key, self.store.read(key, MAX_RECORD), magic)

    def find_descriptor(self):
        spare = f"spare/{self.keys.vault_id.hex()}"
        try:
            if "vault.hf" in self.store.keys("vault.hf") or not self.store.keys("manifests/"):
                return self.read_descriptor("vault.hf")
            print("vault.hf: is gone", file=sys.stderr)
        except Damaged as error:
            if spare not in self.store.keys(spare):
                raise
            print(error, file=sys.stderr)
        self.read_descriptor(spare)

    def read_descriptor(self, key):
        cursor = self.envelope(key, b"HFvt")
        mandatory = cursor.number(8)
        if mandatory:
            raise Unusable(f"{key}: needs features {mandatory:#x}, which this reader does not know")
        cursor.number(8)
        cursor.take(24)
        self.owner = cursor.string()
        cursor.end()

    def check_record(self, key):
        if key in ("vault.hf", f"spare/{self.keys.vault_id.hex()}"):
            return self.read_descriptor(key)
        if key == "replica.hf":
            cursor = self.envelope(key, b"HFrp")
            cursor.take(16)
        elif match := re.fullmatch(r"owner/\d{10}", key):
            cursor = self.envelope(key, b"HFow")
            cursor.string()
        elif match := re.fullmatch(r"epochs/(\d{10})", key):
            epoch = int(match[1])
            if epoch in self.keys.private:
                return self.keys.earlier(key, epoch, self.store.read(key, 16 * KIB))
            cursor = self.envelope(key, b"HFep")
            need(cursor.number(4) == epoch, key, "is that of another epoch")
            cursor.take(32)
            cursor.bytes16()
        elif key == "destroyed/0000000000":
            cursor = self.envelope(key, b"HFds")
            cursor.signed(8)
        elif match := re.fullmatch(r"leases/[0-9a-f]{32}\.[0-9a-f]{32}\.(\d{10})", key):
            cursor = self.envelope(key, b"HFls")
            need(cursor.number(4) == int(match[1]), key, "has another number than its name")
        elif match := re.fullmatch(r"gc/(\d{10})-(a-plan|d-end)", key):
            cursor = self.envelope(key, b"HFgp" if match[2] == "a-plan" else b"HFge")
            need(cursor.number(8) == int(match[1]), key, "has another number than its name")
        elif match := re.fullmatch(r"gc/(\d{10})-(b-tomb|c-done)", key):
            cursor = self.envelope(key, b"HFgt" if match[2] == "b-tomb" else b"HFgd")
            packs = [cursor.take(32) for _ in range(cursor.bounded(4, 0, 1_000_000, "count"))]
            need(packs == sorted(set(packs)), key, "its packs are not ascending")
            if match[2] == "c-done":
                self.deleted.update(packs)
        elif re.fullmatch(r"gc/\d{10}-b-wait", key):
            cursor = self.envelope(key, b"HFgw")
            sessions = [cursor.take(32) for _ in range(cursor.bounded(4, 0, 1_000_000, "count"))]
            need(sessions == sorted(set(sessions)), key, "its sessions are not ascending")
        elif match := re.fullmatch(r"health/\d{10}", key):
            cursor = self.envelope(key, b"HFhe")
            for _ in range(cursor.bounded(4, 0, 1_000_000, "count")):
                cursor.take(32)
                cursor.bounded(1, 0, 4, "state")
        else:
            return  # what this reader does not know is nobody's business here (section 13)
        cursor.end()

    # Where things are

    def locate(self, entry_id):
        if self.locations is None:
            self.locations = collections.defaultdict(list)
            for key in self.store.keys("packs/"):
                try:
                    pack = self.packs[key] = Pack(self.store, self.keys, key)
                except Damaged as error:
                    self.damaged_packs.append(str(error))
                    continue
                if pack.scanned:
                    self.damaged_packs.append(pack.scanned)
                for found, offset, length in pack.table:
                    self.locations[found].append((key, offset, length))
        return self.locations.get(entry_id, [])

    def load(self, entry_id, kind):
        """Refs and payload of a chunk or block; any good copy will do."""
        failures = []
        for key, offset, length in self.locate(entry_id):
            name = f"{key} at {offset} ({TYPES[kind]} {entry_id.hex()})"
            try:
                pack = self.packs[key]
                entry = pack.entry(offset, length)
                need(entry.id == entry_id and entry.type == kind, name, "is something else")
                return pack.content(entry, name)
            except Damaged as error:
                failures.append(str(error))
        reasons = failures or [f"it is in no pack that can be read {self.damaged_packs or ''}".rstrip()]
        raise Damaged(f"{TYPES[kind]} {entry_id.hex()} is lost: " + "; ".join(reasons))

    def chunk(self, entry_id, raw):
        if entry_id in self.cache:
            self.cache.move_to_end(entry_id)
            return self.cache[entry_id]
        _, content = self.load(entry_id, CHUNK)
        need(len(content) == raw, f"chunk {entry_id.hex()}", "has another length than its table says")
        self.cache[entry_id] = content
        self.cached += len(content)
        while self.cached > self.CACHE:
            self.cached -= len(self.cache.popitem(last=False)[1])
        return content

    def pieces(self, pieces, holes=False, depth=0):
        """The same with the map blocks replaced by what they cover."""
        for piece in pieces:
            if not piece.map:
                yield piece
                continue
            name = f"map block {piece.map.hex()}"
            need(depth < 3, name, "map blocks are nested too deeply")
            covered = 0
            for part in self.pieces(self.map_block(piece.map, holes), holes, depth + 1):
                covered += part.length
                yield part
            need(covered == piece.length, name, f"covers {covered} bytes instead of {piece.length}")

    def map_block(self, entry_id, holes):
        refs, _ = self.load(entry_id, MAP)
        cursor = Cursor(refs, f"map block {entry_id.hex()}")
        pieces = parse_extents(cursor, parse_table(cursor), holes)
        cursor.end()
        return pieces

    # Manifests

    def backups(self):
        found = (self.manifest(key) for key in self.store.keys("manifests/"))
        return [manifest for manifest in found if not manifest.void]

    def manifest(self, key):
        match = re.fullmatch(r"manifests/([0-9a-f]{32})/([0-9a-f]{32})", key)
        need(match, key, "is not the name of a manifest")
        most = 36 + MAX_HEAD + MAX_MANIFEST_REFS + MAX_SEALED + 64
        data = self.store.read(key, most)
        cursor = Cursor(data, key)
        cursor.magic(b"HFmf")
        cursor.bounded(1, 1, 1, "version")
        state = cursor.bounded(1, 1, 3, "state")
        reason = cursor.bounded(1, 1 if state == 2 else 0, 2 if state == 2 else 0, "reason")
        cursor.zero(1)
        need(cursor.take(16) == self.keys.vault_id, key, "belongs to another vault")
        lengths = [cursor.bounded(4, 0, m, "length") for m in (MAX_HEAD, MAX_MANIFEST_REFS, MAX_SEALED)]
        head = cursor.take(lengths[0])
        named = bytes16(key.encode())
        expected = mac(self.keys.mac, b"head", named, data[: cursor.at])
        need(hmac.compare_digest(cursor.take(32), expected), key, "its head is not authentic: it is damaged")
        refs, sealed = cursor.take(lengths[1]), cursor.take(lengths[2])
        expected = mac(self.keys.mac, named, data[: cursor.at])
        need(hmac.compare_digest(cursor.take(32), expected), key, "is not authentic: it is damaged")
        cursor.end()
        if state == 2:
            need(not any(lengths), key, "is void, but has content")
            return Manifest(key, reason, {}, [], [])
        fields = self.parse_head(Cursor(head, key), match[1], match[2], state == 3)
        sources = parse_refs(Cursor(refs, key))
        problems = parse_names(Cursor(self.open_names(sealed, fields, head + refs, key), key), sources)
        for source in sources:
            hashed = ("document/" if source.document else "") + source.name
            source_hash = mac(self.keys.path, b"source", bytes.fromhex(match[1]), hashed.encode())[:16]
            need(source.name_hash == source_hash, key, f"source '{source.name}' has another name hash")
        return Manifest(key, 0, fields, sources, problems)

    def parse_head(self, cursor, instance, session, copy):
        fields = {"instance": cursor.take(16), "session": cursor.take(16)}
        same = 24 if copy else 32  # digits: a copy has a name of its own, section 11
        is_this = fields["instance"].hex() == instance and fields["session"].hex()[:same] == session[:same]
        need(is_this, cursor.name, "is of another backup")
        has_predecessor, predecessor = cursor.bounded(1, 0, 1, "flag"), cursor.take(16)
        need(has_predecessor or predecessor == bytes(16), cursor.name, "has half a predecessor")
        fields["predecessor"] = predecessor if has_predecessor else None
        fields["sequence"], fields["time"] = cursor.number(8), cursor.signed(8)
        fields["epoch"] = cursor.number(4)
        label = cursor.bytes16()
        added = fields["instance"] + fields["session"]
        fields["label"] = self.keys.unseal(b"label", fields["epoch"], added, label, cursor.name).decode()
        instance_hash = mac(self.keys.path, b"instance", fields["label"].encode())[:16]
        need(instance_hash == fields["instance"], cursor.name, "its label is of another instance")
        has_token, token = cursor.bounded(1, 0, 1, "flag"), cursor.bytes32(240 * KIB, "length of change token")
        need(has_token or not token, cursor.name, "has half a change token")
        fields["statistics"] = [cursor.number(8) for _ in range(cursor.number(1))]
        cursor.end()
        return fields

    def open_names(self, sealed, fields, associated, key):
        cursor = Cursor(sealed, key)
        added = fields["instance"] + fields["session"]
        content_key = self.keys.unseal(b"manifest", fields["epoch"], added, cursor.take(80), key)
        raw = cursor.bounded(4, 0, MAX_NAMES, "raw length")
        try:
            frame = AESGCM(content_key).decrypt(bytes(12), sealed[cursor.at :], associated)
        except InvalidTag as error:
            raise Damaged(f"{key}: its sealed part is not authentic: it is damaged") from error
        return unzstd(frame, raw, key)

    # Content of sources

    def one_layer(self, source, key):
        need(len(source.layers) <= 1, key, f"source '{source.name}' has {len(source.layers)} layers")
        return source.layers[0] if source.layers else []

    def tree(self, source, key):
        """The entries of a tree in their order."""
        at, last = 0, None
        for block, start, end, first in self.one_layer(source, key):
            name = f"listing block {block.hex()}"
            need(start == at, key, f"entries {at} to {start} of tree '{source.name}' are missing")
            refs, payload = self.load(block, TREE_LISTING)
            _, extents = parse_listing_refs(refs, False, name)
            entries = parse_tree_listing(payload, [pieces for _, pieces in extents], name)
            need(len(entries) == end - start, name, "has another number of entries than the manifest says")
            need(entries[0].path == first, name, "begins with another path than the manifest says")
            need(last is None or path_order(last) < path_order(first), name, "is out of order")
            at, last = end, entries[-1].path
            yield from entries
        need(at == source.size, key, f"tree '{source.name}' has {at} entries instead of {source.size}")

    def items(self, source, key):
        """The items that are there after all layers."""
        present, count = {}, 0
        for layer in source.layers:
            for block, start, end, first in layer:
                name = f"item listing block {block.hex()}"
                refs, payload = self.load(block, ITEM_LISTING)
                _, extents = parse_listing_refs(refs, True, name)
                items = parse_item_listing(payload, extents, name)
                need(len(items) == end - start, name, "has another number of items than the manifest says")
                need(first in (b"", items[0].id.encode()), name, "begins with another id than the manifest says")
                count += len(items)
                for item in items:
                    present.pop(item.id, None)
                    if not item.deleted:
                        present[item.id] = item
        need(count == source.size, key, f"items '{source.name}' have {count} entries instead of {source.size}")
        return sorted(present.values(), key=lambda item: item.id.encode())

    def flat(self, source, key):
        """A disk or stream as pieces with their start, without gaps."""
        result = []
        layers = source.layers if source.shape == 1 else [self.one_layer(source, key)]
        for number, layer in enumerate(layers):
            newer = []
            for block, start, end in layer:
                covered = start
                for piece in self.pieces([Piece(end - start, map=block)], source.shape == 1):
                    if not piece.absent:
                        newer.append((covered, piece))
                    covered += piece.length
            result = overlay(result, newer)
        at = 0
        for start, piece in result:
            need(start == at, key, f"bytes {at} to {start} of '{source.name}' are in no layer")
            at += piece.length
        need(at == source.size, key, f"'{source.name}' has {at} bytes instead of {source.size}")
        return [piece for _, piece in result]


def overlay(older, newer):
    """Pieces with their start, ascending: the newer ones, and what they leave of the older ones."""
    result, at = [], 0
    older = collections.deque(older)

    def copy_until(end):
        while older and older[0][0] < end:
            start, piece = older.popleft()
            if start + piece.length <= at:
                continue
            cut = max(at - start, 0)
            stop = min(end - start, piece.length)
            if stop > cut:
                result.append((start + cut, dataclasses.replace(piece, length=stop - cut, offset=piece.offset + cut)))
            if stop < piece.length:
                older.appendleft((start, piece))
                return

    for start, piece in newer:
        copy_until(start)
        result.append((start, piece))
        at = start + piece.length
    copy_until(float("inf"))
    return result


# Index segments (section 7)


def check_segment(vault, key):
    """Everything of a segment, and that what it says is so."""
    data = vault.store.read(key, MAX_SEGMENT)
    cursor = Cursor(data[:-32], key)
    cursor.magic(b"HFix")
    cursor.bounded(1, 1, 1, "version")
    cursor.bounded(1, 0, 1, "level")
    cursor.zero(2)
    need(cursor.take(16) == vault.keys.vault_id, key, "belongs to another vault")
    expected = mac(vault.keys.mac, bytes16(key.encode()), data[:-32])
    need(hmac.compare_digest(expected, data[-32:]), key, "is not authentic: it is damaged")
    packs, count = cursor.bounded(4, 0, 65_536, "packs"), cursor.bounded(4, 1, 524_288, "entries")
    blocks, bits = cursor.number(4), cursor.bounded(1, 0, 20, "fan-out bits")
    cursor.zero(3)
    need(blocks == max(1, count * 12 // 512), key, "has a filter of the wrong size")
    named = [(cursor.take(32), cursor.number(4), cursor.bounded(1, 1, 2, "kind")) for _ in range(packs)]
    need(all(a[0] < b[0] for a, b in zip(named, named[1:])), key, "its packs are not ascending")
    bloom = cursor.take(blocks * 64)
    fan = [cursor.number(4) for _ in range((1 << bits) + 1)]
    entries = [(cursor.take(32), cursor.number(4), cursor.number(4), cursor.number(4)) for _ in range(count)]
    cursor.end()
    need(all(a[:2] < b[:2] for a, b in zip(entries, entries[1:])), key, "its entries are not ascending")
    check_fan(key, fan, bits, entries)
    for entry_id, number, offset, length in entries:
        need(number < packs, key, "an entry is in a pack that it does not name")
        need(in_filter(bloom, blocks, entry_id), key, f"its filter does not know {entry_id.hex()}")
        check_location(vault, key, named[number], (entry_id, offset, length))


def check_fan(key, fan, bits, entries):
    counts = [0] * (1 << bits)
    for entry in entries:
        counts[int.from_bytes(entry[0][:4], "big") >> (32 - bits)] += 1
    at = 0
    for prefix, count in enumerate(counts):
        need(fan[prefix] == at, key, "its fan-out table is wrong")
        at += count
    need(fan[-1] == at, key, "its fan-out table is wrong")


def in_filter(bloom, blocks, entry_id):
    a, b, _, _ = struct.unpack(">4Q", entry_id)
    block = (a >> 1) % blocks * 64
    positions = [(b >> (9 * i)) & 511 for i in range(6)]
    return all(bloom[block + n // 8] & (1 << (n & 7)) for n in positions)


def check_location(vault, key, named, wanted):
    pack_id, size, kind = named
    pack_key = f"packs/{pack_id.hex()[:2]}/{pack_id.hex()}"
    pack = vault.packs.get(pack_key)
    if pack is None:
        need(pack_id in vault.deleted, key, f"names {pack_key}, which is missing or damaged")
        return
    need((pack.size, pack.kind) == (size, kind), key, f"has another size or kind of {pack_key}")
    need(tuple(wanted[1:]) == pack.positions.get(wanted[0]), key, f"has a wrong place in {pack_key}")


# verify


class Verification:
    """Looks at every object; collects what is wrong and goes on."""

    def __init__(self, vault):
        self.vault = vault
        self.errors = []
        self.counts = collections.Counter()
        self.kinds = {}
        vault.deleted = set()

    def attempt(self, action, *arguments):
        try:
            return action(*arguments)
        except Damaged as error:
            if str(error) not in self.errors:
                self.errors.append(str(error))
                print(f"DAMAGED {error}", flush=True)
            return None

    def run(self):
        vault = self.vault
        keys = vault.store.keys()
        need("vault.hf" in keys, "vault.hf", "is missing")
        for key in keys:
            if key.startswith("packs/"):
                self.attempt(self.pack, key)
        if not vault.keys:
            return
        vault.locate(b"")
        rest = [k for k in keys if not k.startswith(("packs/", "parity/", "index/", "manifests/", "keys/", "reserve/"))]
        for key in rest:
            self.counts["records"] += self.attempt(vault.check_record, key) is None
        for key in keys:
            if key.startswith("index/"):
                self.counts["index segments"] += 1
                self.attempt(check_segment, vault, key)
        for key in keys:
            if key.startswith("manifests/"):
                self.attempt(self.manifest, key)

    def pack(self, key):
        vault = self.vault
        self.counts["packs"] += 1
        digest = hashlib.sha256()
        with open(vault.store.path(key), "rb") as file:
            while part := file.read(MIB):
                digest.update(part)
        name = digest.hexdigest()
        expected = f"packs/{name[:2]}/{name}"
        self.attempt(need, expected == key, key, "its content does not have the hash that it is named by")
        pack = Pack(vault.store, vault.keys, key)
        if pack.scanned:
            self.attempt(need, False, *pack.scanned.split(": ", 1))
        at = len(pack.header)
        for entry_id, offset, length in pack.table:
            self.attempt(need, pack.scanned or offset == at, key, f"there is something unknown at {at}")
            at = offset + length
            self.attempt(self.entry, pack, entry_id, offset, length)
        self.attempt(need, pack.scanned or at == pack.entries_end, key, f"there is something unknown at {at}")

    def entry(self, pack, entry_id, offset, length):
        entry = pack.entry(offset, length)
        name = f"{pack.key} at {offset} ({TYPES[entry.type]} {entry_id.hex()})"
        need(entry.id == entry_id, name, "is something else than the table says")
        check_crc(entry, pack.key, offset)
        self.counts["entries"] += 1
        if self.vault.keys:
            _, payload = pack.content(entry, name)
            self.counts["bytes"] += len(payload)
            self.kinds[entry_id] = (entry.type, entry.raw_length)

    def manifest(self, key):
        manifest = self.vault.manifest(key)
        if manifest.void:
            self.counts["void manifests"] += 1
            return
        for source in manifest.sources:
            self.source(key, source)
        self.counts["backups"] += 1

    def source(self, key, source):
        if source.shape == 2:
            contents = (entry for entry in self.vault.tree(source, key) if entry.kind == "file")
            for entry in contents:
                self.pieces(f"{key}: file {os.fsdecode(entry.path)}", entry.pieces, entry.size, entry.changed)
        elif source.shape == 4:
            for item in self.vault.items(source, key):
                self.pieces(f"{key}: item {item.id}", item.pieces, item.metadata + item.content)
        else:
            self.pieces(f"{key}: {SHAPES[source.shape]} {source.name}", self.vault.flat(source, key), source.size)

    def pieces(self, name, pieces, size, changed=False):
        length = 0
        for piece in self.vault.pieces(pieces):
            length += piece.length
            known = not piece.chunk or self.kinds.get(piece.chunk) == (CHUNK, piece.raw)
            need(known, name, f"its chunk {piece.chunk.hex()} is lost")
        check_length(length, size, changed, name)


# restore


def check_length(length, size, changed, name):
    shorter = changed and length < size
    need(length == size or shorter, name, f"has {length} bytes instead of {size}")


def write_content(vault, pieces, path, size, name, changed=False):
    """Into a new file; zeroes become holes. A file that changed while it was read may have less than its size."""
    with open(path, "xb") as file:
        at = 0
        for piece in vault.pieces(pieces):
            if piece.chunk:
                content = vault.chunk(piece.chunk, piece.raw)
                file.seek(at)
                file.write(memoryview(content)[piece.offset : piece.offset + piece.length])
            at += piece.length
        check_length(at, size, changed, name)
        file.truncate(at)


def parse_extra(extra, name):
    """Extended attributes and inode flags as the file system strategy encodes them; nothing of other strategies."""
    attributes, flags = [], 0
    if not extra.startswith(b"\1"):
        return attributes, flags
    cursor = Cursor(extra, name)
    cursor.take(1)
    while cursor.at < len(extra):
        tag = cursor.number(1)
        field = Cursor(cursor.take(cursor.varint()), name)
        if tag == 3:
            key = field.take(field.varint())
            attributes.append((key, field.data[field.at :]))
        elif tag == 4:
            flags = field.number(1)
    return attributes, flags


class TreeRestore:
    """Writes a tree into a new directory. Nothing is followed: a parent must be a directory that was made here."""

    INODE_FLAGS = {1: 0x10, 2: 0x20, 4: 0x40, 8: 0x4}
    GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602

    def __init__(self, vault, target):
        self.vault = vault
        self.target = os.fsencode(target)
        self.directories = {}
        self.files = set()
        self.flagged = []
        self.left_out = []

    def run(self, entries):
        os.mkdir(self.target, 0o700)
        self.directories[b""] = None
        for entry in entries:
            self.entry(entry)
        for path, entry in reversed(self.directories.items()):
            if entry:
                self.attributes(self.place(path), entry)
        for place, flags in self.flagged:
            self.try_to("inode flags", place, self.set_flags, place, flags)

    def place(self, path):
        return os.path.join(self.target, path) if path else self.target

    def entry(self, entry):
        name = f"entry {os.fsdecode(entry.path)}"
        parent = entry.path.rpartition(b"/")[0]
        need(parent in self.directories, name, "is in something that is not a directory")
        place = self.place(entry.path)
        if entry.kind == "directory":
            if entry.path:
                os.mkdir(place, 0o700)
            self.directories[entry.path] = entry
            return
        need(entry.path, name, "the root of a tree is not a directory")
        if entry.kind == "hardlink":
            need(entry.link in self.files, name, "is another name of a file that did not come before")
            os.link(self.place(entry.link), place, follow_symlinks=False)
            return
        if entry.kind == "file":
            write_content(self.vault, entry.pieces, place, entry.size, name, entry.changed)
            self.files.add(entry.path)
        elif entry.kind == "symlink":
            os.symlink(entry.link, place)
        else:
            if not self.try_to(entry.kind, place, self.make_node, place, entry):
                return
            self.files.add(entry.path)
        self.attributes(place, entry)

    def make_node(self, place, entry):
        if entry.kind == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(place)
            return
        kinds = {"fifo": stat.S_IFIFO, "character device": stat.S_IFCHR, "block device": stat.S_IFBLK}
        device = os.makedev(entry.device >> 32, entry.device & 0xFFFFFFFF) if entry.kind != "fifo" else 0
        os.mknod(place, kinds[entry.kind] | 0o600, device)

    def attributes(self, place, entry):
        try:
            attributes, flags = parse_extra(entry.extra, "further attributes")
        except Damaged:  # authentic, but in another strategy's encoding
            self.left_out.append(f"{os.fsdecode(place)}: further attributes left out: not those of a file system")
            attributes, flags = [], 0
        owned = self.try_to("owner", place, os.chown, place, entry.user, entry.group, follow_symlinks=False)
        if entry.kind != "symlink":
            os.chmod(place, entry.mode if owned else entry.mode & 0o1777)
        for key, value in attributes:
            what = f"attribute {os.fsdecode(key)}"
            self.try_to(what, place, os.setxattr, place, key, value, follow_symlinks=False)
        nanos = entry.seconds * 1_000_000_000 + entry.nanos
        os.utime(place, ns=(nanos, nanos), follow_symlinks=False)
        if flags and entry.kind in ("file", "directory"):
            self.flagged.append((place, flags))

    def set_flags(self, place, flags):
        fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            (have,) = struct.unpack("I", fcntl.ioctl(fd, self.GET_FLAGS, bytes(4)))
            for bit, flag in self.INODE_FLAGS.items():
                have |= flag if flags & bit else 0
            fcntl.ioctl(fd, self.SET_FLAGS, struct.pack("I", have))
        finally:
            os.close(fd)

    def try_to(self, what, place, action, *arguments, **options):
        try:
            action(*arguments, **options)
            return True
        except OSError as error:
            self.left_out.append(f"{os.fsdecode(place)}: {what} left out: {error.strerror}")
            return False


def restore_items(vault, source, key, target):
    """Per item, numbered by its id's order: N.metadata, N.content; items.jsonl says which is which."""
    os.mkdir(target, 0o700)
    with open(os.path.join(target, "items.jsonl"), "x", encoding="utf-8") as index:
        for number, item in enumerate(vault.items(source, key)):
            both = os.path.join(target, f"{number:08}")
            write_content(vault, item.pieces, both, item.metadata + item.content, f"item {item.id}")
            with open(both, "rb") as whole:
                for suffix, length in ((".metadata", item.metadata), (".content", item.content)):
                    with open(both + suffix, "xb") as part:
                        copy(whole, part, length)
            os.unlink(both)
            fields = {"number": number, "id": item.id, "path": os.fsdecode(item.path), "version": item.version}
            fields |= {"size": item.size, "seconds": item.seconds, "nanos": item.nanos}
            index.write(json.dumps(fields) + "\n")


def copy(source, target, length):
    while length > 0:
        part = source.read(min(length, MIB))
        target.write(part)
        length -= len(part)


def file_name(name):
    """A source's name as one segment of a path."""
    quoted = urllib.parse.quote(name, safe=" @+,=")
    return {"": "%", ".": "%2E", "..": "%2E%2E"}.get(quoted, quoted)


def restore(vault, wanted, target):
    wanted = wanted.replace(".", "/")
    found = []
    for manifest in vault.backups():
        names = manifest.key.removeprefix("manifests/"), manifest.head["session"].hex()
        if any(name.startswith(wanted) for name in names):
            found.append(manifest)
    if len(found) != 1:
        raise Unusable(f"{len(found)} backups are called '{wanted}'; `list` shows all")
    manifest = found[0]
    os.makedirs(target, exist_ok=True)
    for source in manifest.sources:
        place = os.path.join(target, file_name(source.name))
        if source.shape == 2:
            tree = TreeRestore(vault, place)
            tree.run(vault.tree(source, manifest.key))
            for line in tree.left_out:
                print(f"LEFT OUT {line}")
        elif source.shape == 4:
            restore_items(vault, source, manifest.key, place)
        else:
            name = f"{manifest.key}: {SHAPES[source.shape]} '{source.name}'"
            write_content(vault, vault.flat(source, manifest.key), place, source.size, name)
        print(f"restored {SHAPES[source.shape]} '{source.name}' to {place}")


# Commands


def list_backups(vault, as_json):
    backups = sorted(vault.backups(), key=lambda m: (m.head["label"], m.head["sequence"], m.head["time"]))
    for manifest in backups:
        head = manifest.head
        time = datetime.datetime.fromtimestamp(head["time"] / 1000, datetime.timezone.utc)
        fields = {
            "backup": head["session"].hex(),
            "instance": head["label"],
            "sequence": head["sequence"],
            "time": time.isoformat(timespec="milliseconds"),
            "predecessor": head["predecessor"].hex() if head["predecessor"] else None,
            "sources": [{"name": s.name, "shape": SHAPES[s.shape], "size": s.size, "layers": len(s.layers)} for s in manifest.sources],
            "problems": [
                {"source": p[0], "path": os.fsdecode(p[1]), "kind": p[2], "message": p[3]} for p in manifest.problems
            ],
        }
        if as_json:
            print(json.dumps(fields))
            continue
        print(f"{fields['backup']}  {fields['time']}  {fields['instance']}  number {fields['sequence']}")
        for source in fields["sources"]:
            unit = "bytes" if source["shape"] in ("disk", "stream") else "entries"
            print(f"    {source['shape']} '{source['name']}', {source['size']} {unit}")
        for problem in fields["problems"]:
            print(f"    problem: {problem['path']}: {problem['message']}")


def verify(vault):
    verification = Verification(vault)
    try:
        verification.run()
    finally:
        print(", ".join(f"{count} {what}" for what, count in sorted(verification.counts.items())) or "nothing was checked")
    if not vault.keys:
        print("NOT CHECKED without a key: authenticity, manifests, index segments, records; give --key-file")
    if verification.errors:
        print(f"{len(verification.errors)} found damaged")
        return 1
    print("no damage was found")
    return 0


def secret_of(options):
    if options.key_file:
        with open(options.key_file, encoding="utf-8") as file:
            return 1, recovery_secret(file.read())
    if options.passphrase_file:
        with open(options.passphrase_file, encoding="utf-8") as file:
            return 2, file.read().rstrip("\r\n").encode()
    if options.share_file:
        with open(options.share_file, encoding="utf-8") as file:
            return 3, shared_secret(file.read())
    return None, None


def arguments():
    parser = argparse.ArgumentParser(description="Reads Holdfast vaults without Holdfast.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("list", "the backups of a vault"),
        ("verify", "look at every object; without a key only at what can be checked without"),
        ("restore", "everything of a backup, into TARGETDIR/SOURCE"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("vault", metavar="VAULTDIR", help="several, if it has several paths: A:B")
        if name == "restore":
            command.add_argument("backup", metavar="BACKUP", help="as `list` shows it, or its beginning")
            command.add_argument("target", metavar="TARGETDIR")
        if name == "list":
            command.add_argument("--json", action="store_true", help="an object a line")
        key = command.add_mutually_exclusive_group(required=name != "verify")
        key.add_argument("--key-file", metavar="FILE", help="holds the recovery key as it was printed")
        key.add_argument("--passphrase-file", metavar="FILE", help="holds the passphrase in its only line")
        key.add_argument("--share-file", metavar="FILE", help="holds recovery shares as they were printed, one a line")
    return parser.parse_args()


def main():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    options = arguments()
    try:
        vault = Vault(options.vault.split(os.pathsep), *secret_of(options))
        if options.command == "list":
            list_backups(vault, options.json)
        elif options.command == "restore":
            restore(vault, options.backup, options.target)
        else:
            return verify(vault)
        return 0
    except Damaged as error:
        print(f"DAMAGED {error}", file=sys.stderr)
        return 1
    except (Unusable, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
