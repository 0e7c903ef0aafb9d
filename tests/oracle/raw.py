#!/usr/bin/env python3
"""Slow, independent reader of raw inputs: the oracle that tests compare with.

usage: raw.py KIND FILE [ARGS]      prints sorted TSV lines, no header

  nvf1 FILE                   NVLink counters: totals by series
  nvf1-buckets FILE W OFFSET  the same shared out over buckets of W ns
  et FILE                     PyTorch execution trace: collectives
  nsys FILE                   Nsight Systems SQLite: counts and sums
  xplane FILE                 XSpace protobuf: every event
  xla-json FILE               XLA trace viewer JSON: every X event
  bench FILE                  vLLM bench serve result with detail

FILE may be gzip. It shares no code with the project, on purpose.
"""
import gzip
import json
import math
import os
import sqlite3
import struct
import sys
import tempfile


def read(path):
    with open(path, 'rb') as f:
        data = f.read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    return data


def esc(s):
    return (s.replace('\\', '\\\\').replace('\t', '\\t')
            .replace('\n', '\\n').replace('\r', '\\r'))


# NVF1: 12 bytes header, then records of 48 bytes (a cut last one is left out)

DIRECTION = {138: 'tx', 139: 'rx'}


def nvf1_records(path):
    """(host_ts, field, scope, return code, value) of every record"""
    data = read(path)
    magic, version, field_size, ts_size = struct.unpack_from('<4sHHi', data)
    if (magic, version, field_size, ts_size) != (b'NVF1', 1, 40, 8):
        raise SystemExit('raw.py: %s: not NVF1' % path)
    out = []
    for at in range(12, len(data) - 47, 48):
        ts, field, scope, _, _, _, ret, value = struct.unpack_from(
            '<QIIqqIIQ', data, at)
        out.append((ts, field, scope, ret, value))
    return out


def nvf1(path):
    records = nvf1_records(path)
    last = {}
    total = {}
    void = resets = 0
    for ts, field, scope, ret, value in records:
        if ret != 0:
            void += 1
            continue
        key = (field, scope)
        total.setdefault(key, 0)
        if key in last:
            if value < last[key]:
                resets += 1
            else:
                total[key] += (value - last[key]) * 1024
        last[key] = value
    yield ('void', void)
    yield ('resets', resets)
    yield ('span_ns', records[-1][0] - records[0][0] if records else 0)
    yield ('records', len(records))
    for field, name in DIRECTION.items():
        yield (name + '_bytes',
               sum(b for (f, _), b in total.items() if f == field))
    for (field, scope), b in total.items():
        yield ('series', field, scope, b)


def nvf1_buckets(path, width, offset):
    """Bytes of [a, b) up to x are floor(B * (x - a) / (b - a)).  Bytes that
    arrive in no time (repeated timestamp) go into the interval that begins
    there; where none follows, into the bucket of that time."""
    width, offset = int(width), int(offset)
    series = {}
    for ts, field, scope, ret, value in nvf1_records(path):
        if ret == 0 and field in DIRECTION:
            series.setdefault((field, scope), []).append((ts + offset, value))
    bucket = {}
    for (field, _), samples in series.items():
        name = DIRECTION[field]
        a, before = samples[0]
        waiting = 0
        for b, value in samples[1:]:
            waiting += max(0, value - before) * 1024
            before = value
            if b <= a:
                continue
            done = 0
            for k in range(a // width, (b - 1) // width + 1):
                x = min(b, (k + 1) * width)
                upto = waiting * (x - a) // (b - a)
                bucket[k, name] = bucket.get((k, name), 0) + upto - done
                done = upto
            a, waiting = b, 0
        if waiting:
            k = a // width
            bucket[k, name] = bucket.get((k, name), 0) + waiting
    for (k, name), b in bucket.items():
        if b:
            yield ('bucket', k, name, b)


# PyTorch execution trace

COLLECTIVES = ('allreduce', 'allgather', 'reducescatter', 'alltoall',
               'broadcast', 'barrier', 'reduce', 'gather', 'scatter',
               'send', 'recv')
WIDTH = {'Float': 4, 'Int': 4, 'Half': 2, 'BFloat16': 2, 'Short': 2,
         'Double': 8, 'Long': 8, 'ComplexFloat': 8, 'Byte': 1, 'Char': 1,
         'Bool': 1}


def width(dtype):
    return 1 if dtype.startswith('Float8') else WIDTH.get(dtype)


def kind_of(name):
    s = name.lower().replace('_', '').replace('-', '').replace(' ', '')
    for c in COLLECTIVES:
        if c in s:
            return c
    return s


def tensor_bytes(v):
    """v: a tensor [id, storage, offset, numel, itemsize, device] or a list"""
    if not isinstance(v, list) or not v:
        return 0
    if isinstance(v[0], list):
        return sum(tensor_bytes(x) for x in v)
    if len(v) >= 6 and isinstance(v[5], str):
        return v[3] * v[4]
    return 0


def et(path):
    doc = json.loads(read(path))
    calls, size = {}, {}
    waits = 0
    for node in doc['nodes']:
        if node['name'] != 'record_param_comms':
            continue
        attrs = {a['name']: a['value'] for a in node.get('attrs', [])}
        ins, outs = node['inputs'], node['outputs']
        if isinstance(ins, dict):
            types, ins, outs = ins['types'], ins['values'], outs['values']
        else:
            types = node['input_types']
        if 'collective_name' in attrs:
            name = attrs['collective_name']
        else:
            name = ins[types.index('String')]
        if name == 'wait':
            waits += 1
            continue
        kind = kind_of(name)
        side = 'out' if kind == 'allgather' else 'in'
        if side + '_msg_nelems' in attrs and width(attrs.get('dtype', '')):
            b = int(attrs[side + '_msg_nelems']) * width(attrs['dtype'])
        else:
            v = outs if side == 'out' else ins
            b = tensor_bytes(v[0]) if v else 0
        calls[kind] = calls.get(kind, 0) + 1
        size[kind] = size.get(kind, 0) + b
    yield ('nodes', len(doc['nodes']))
    yield ('wait', waits)
    for kind in calls:
        yield ('coll', kind, calls[kind], size[kind])


# Nsight Systems SQLite

def nsys(path):
    data = read(path)
    with tempfile.TemporaryDirectory() as d:
        copy = os.path.join(d, 'x.sqlite')
        with open(copy, 'wb') as f:
            f.write(data)
        db = sqlite3.connect(copy)
        yield from list(nsys_rows(db))
        db.close()


def nsys_rows(db):
    tables = {r[0] for r in db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}

    def rows(table, columns):
        if table not in tables:
            return []
        return list(db.execute('SELECT %s FROM %s' % (columns, table)))

    def add(sums, key, values):
        old = sums.get(key, (0,) * len(values))
        sums[key] = tuple(x + y for x, y in zip(old, values))

    def length(start, end):
        return 0 if start is None or end is None else end - start

    cupti = 'CUPTI_ACTIVITY_KIND_'
    sums = {}
    for dev, start, end in rows(cupti + 'KERNEL', 'deviceId, start, end'):
        add(sums, ('kernels', dev), (1, length(start, end)))
    for what in ('memcpy', 'memset'):
        for dev, start, end, b in rows(cupti + what.upper(),
                                       'deviceId, start, end, bytes'):
            add(sums, (what, dev), (1, b, length(start, end)))
    for start, end in rows(cupti + 'RUNTIME', 'start, end'):
        add(sums, ('runtime',), (1, length(start, end)))
    for _ in rows(cupti + 'SYNCHRONIZATION', 'start'):
        add(sums, ('sync',), (1,))
    for kind, start, end in rows('NVTX_EVENTS', 'eventType, start, end'):
        add(sums, ('nvtx', kind), (1, length(start, end)))
    for key, values in sums.items():
        yield key + values
    for (ns,) in rows('TARGET_INFO_SESSION_START_TIME', 'utcEpochNs'):
        yield ('base_ns', ns)


# XSpace: protobuf wire format

def fields(data):
    """(number, value) of each field: int for varints, bytes for the rest"""
    at = 0

    def varint():
        nonlocal at
        n = shift = 0
        while True:
            byte = data[at]
            at += 1
            n |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return n & (1 << 64) - 1

    while at < len(data):
        tag = varint()
        wire = tag & 7
        if wire == 0:
            yield tag >> 3, varint()
            continue
        if wire not in (1, 2, 5):
            raise SystemExit('raw.py: wire type %d' % wire)
        size = {1: 8, 5: 4}[wire] if wire != 2 else varint()
        if at + size > len(data):
            raise SystemExit('raw.py: cut message')
        yield tag >> 3, data[at:at + size]
        at += size


def signed(n):
    return n - (1 << 64) if n >= 1 << 63 else n


def text(b):
    return b.decode('utf-8', 'surrogateescape')


def message(data, spec):
    """spec: words NAME=NUMBER and a kind: i(nt64) u(int64) d(ouble) s(tring)
    b(ytes) m(essages, in a list); absent ints are 0, strings empty"""
    want, out = {}, {'has': set()}
    for word in spec.split():
        name, number = word[:-1].split('=')
        want[int(number)] = name, word[-1]
        out[name] = {'i': 0, 'u': 0, 'd': 0.0, 's': '', 'b': b'',
                     'm': []}[word[-1]]
    for number, v in fields(data):
        if number not in want:
            continue
        name, kind = want[number]
        out['has'].add(name)
        if kind == 'm':
            out[name].append(v)
        else:
            out[name] = {'i': signed, 'u': int, 's': text, 'b': bytes,
                         'd': lambda x: struct.unpack('<d', x)[0]}[kind](v)
    return out


PLANE = 'id=1i name=2s lines=3m event_metadata=4m stat_metadata=5m stats=6m'
LINE = ('id=1i name=2s timestamp_ns=3i events=4m duration_ps=9i '
        'display_id=10i display_name=11s')
EVENT = 'metadata_id=1i offset_ps=2i duration_ps=3i stats=4m num_occurrences=5i'
STAT = 'metadata_id=1i double=2d uint64=3u int64=4i str=5s bytes=6b ref=7u'
EVENT_META = 'id=1i name=2s metadata=3b display_name=4s stats=5m child_id=6i'
STAT_META = 'id=1i name=2s'
ENTRY = 'key=1i value=2b'


def metadata(entries, spec):
    out = {}
    for e in entries:
        e = message(e, ENTRY)
        out[e['key']] = message(e['value'], spec)
    return out


def planes(path):
    for number, v in fields(read(path)):
        if number == 1:
            p = message(v, PLANE)
            p['event_metadata'] = metadata(p['event_metadata'], EVENT_META)
            p['stat_metadata'] = metadata(p['stat_metadata'], STAT_META)
            p['lines'] = [message(x, LINE) for x in p['lines']]
            yield p


def xplane(path):
    none = message(b'', EVENT_META)
    for p in planes(path):
        for line in p['lines']:
            for e in line['events']:
                e = message(e, EVENT)
                meta = p['event_metadata'].get(e['metadata_id'], none)
                yield (esc(p['name']), line['id'], esc(line['name']),
                       esc(meta['name']),
                       line['timestamp_ns'] * 1000 + e['offset_ps'],
                       e['duration_ps'], esc(meta['display_name']) or '.')


# XLA trace viewer JSON

def xla_json(path):
    doc = json.loads(read(path), parse_float=str, parse_int=str)
    events = doc['traceEvents'] if isinstance(doc, dict) else doc
    process, thread = {}, {}
    for e in events:
        if e.get('ph') == 'M' and e['name'] == 'process_name':
            process[e['pid']] = e['args']['name']
        if e.get('ph') == 'M' and e['name'] == 'thread_name':
            thread[e['pid'], e['tid']] = e['args']['name']
    for e in events:
        if e.get('ph') != 'X':
            continue
        pid, tid, args = e['pid'], e['tid'], e.get('args', {})
        yield (esc(process.get(pid, '.')), tid,
               esc(thread.get((pid, tid), '.')), esc(e['name']), e['ts'],
               e.get('dur', '.'), args.get('device_offset_ps', '.'),
               args.get('device_duration_ps', '.'))


# vLLM bench serve

def quantile(values, q):
    """numpy's default: linear between order statistics"""
    v = sorted(values)
    at = q * (len(v) - 1)
    low = math.floor(at)
    high = min(low + 1, len(v) - 1)
    return v[low] + (v[high] - v[low]) * (at - low)


def bench(path):
    doc = json.loads(read(path))
    data = {'ttft': [], 'tpot': [], 'itl': [], 'e2el': []}
    errors = doc.get('errors') or [''] * len(doc['ttfts'])
    for ttft, itls, n, error in zip(doc['ttfts'], doc['itls'],
                                    doc['output_lens'], errors):
        if error != '':
            continue
        latency = ttft + math.fsum(itls)
        data['ttft'].append(ttft)
        data['itl'] += itls
        data['e2el'].append(latency)
        if n > 1:
            data['tpot'].append((latency - ttft) / (n - 1))
    yield ('requests', len(data['ttft']))
    for name, v in data.items():
        if not v:
            continue
        mean = math.fsum(v) / len(v)
        std = math.sqrt(math.fsum((x - mean) ** 2 for x in v) / len(v))
        for stat, value in (('mean', mean), ('median', quantile(v, 0.5)),
                            ('std', std), ('p99', quantile(v, 0.99))):
            yield (name, stat, repr(value * 1000))
    for key, value in doc.items():
        if key.endswith('_ms'):
            yield ('summary', key, repr(value))


KINDS = {'nvf1': nvf1, 'nvf1-buckets': nvf1_buckets, 'et': et, 'nsys': nsys,
         'xplane': xplane, 'xla-json': xla_json, 'bench': bench}


def main(argv):
    if len(argv) < 3 or argv[1] not in KINDS:
        raise SystemExit(__doc__)
    out = ['\t'.join(str(c) for c in row)
           for row in KINDS[argv[1]](*argv[2:])]
    data = ''.join(x + '\n' for x in sorted(out))
    sys.stdout.buffer.write(data.encode('utf-8', 'surrogateescape'))


if __name__ == '__main__':
    main(sys.argv)
