#!/usr/bin/env bash
# tr-decompress: members, wrappers, damage at every byte; zlib and ISA-L builds alike.
. "${0%/*}/lib.sh"
seq 1 3000 >text
gzip -9c text >one.gz
cat one.gz one.gz >two.gz
python3 -c 'import zlib,sys; sys.stdout.buffer.write(zlib.compress(open("text","rb").read()))' >z

sh_run 'tr-decompress one.gz | cmp - text'
is "$rc" 0 "gzip"
sh_run 'tr-decompress z | cmp - text'
is "$rc" 0 "zlib"
sh_run 'tr-decompress <one.gz | cmp - text'
is "$rc" 0 "standard input"
python3 - <<'P'
import gzip, io
b = io.BytesIO()
with gzip.GzipFile(filename="name.json", mode="wb", fileobj=b, mtime=1) as g: g.write(b"named")
d = bytearray(b.getvalue())
# all optional fields of RFC 1952: extra, name, comment, header CRC
h = bytes([31,139,8,4|8|16|2,0,0,0,0,0,255]) + b"\x03\x00abc" + b"n\0" + b"c\0" + b"\0\0"
open("fields.gz","wb").write(h + bytes(d[d.index(b"name.json\0")+10:]))
P
run tr-decompress fields.gz
is "$rc:$out" "0:named" "a header with every optional field"

printf 'garbage' | cat one.gz - >tail.gz
run tr-decompress tail.gz
is "$rc" 0 "trailing garbage is no failure"
like "$err" "^tr-decompress: tail.gz: byte $(wc -c <one.gz) \(uncompressed $(wc -c <text)\): trailing garbage ignored" "but a warning"

python3 - <<'P'
d = bytearray(open("one.gz","rb").read())
c = bytearray(d); c[-8] ^= 1; open("crc.gz","wb").write(c)
c = bytearray(d); c[-1] ^= 1; open("len.gz","wb").write(c)
c = bytearray(open("z","rb").read()); c[-1] ^= 1; open("adler.z","wb").write(c)
P
for f in "crc.gz CRC mismatch" "len.gz length mismatch" "adler.z Adler-32 mismatch"; do
	run tr-decompress ${f%% *}
	is "$rc:$out" "1:$(cat text)" "${f#* }: status 1, all that was there is written"
	like "$err" "byte [0-9]+ \(uncompressed $(wc -c <text)\): ${f#* }" "${f#* }: said, with both offsets"
done

# Cut at every byte: a prefix of the text, status 1 and a message; never a crash.
head -c 600 text | gzip -9c >small.gz
python3 - "$B/tr-decompress" <<'P' >cut
import subprocess, sys
d = open("small.gz","rb").read(); t = open("text","rb").read()[:600]; bad = []
for n in range(1, len(d)):
    p = subprocess.run([sys.argv[1]], input=d[:n], capture_output=True)
    if n == 1: ok = p.returncode == 0 and p.stdout == d[:1]      # one byte is no gzip yet
    else: ok = p.returncode == 1 and t.startswith(p.stdout) and p.stderr.startswith(b"tr-decompress: (standard input): byte ")
    if not ok: bad.append((n, p.returncode, p.stderr))
# what can be recovered grows up to the whole text
if subprocess.run([sys.argv[1]], input=d[:-8], capture_output=True).stdout != t: bad.append("all but the trailer")
print(bad or "fine")
P
is "$(cat cut)" fine "cut at any byte: what was whole is written, status 1, message with the offsets"
python3 - "$B/tr-decompress" <<'P' >flip
import subprocess, sys, random
random.seed(1); d = open("one.gz","rb").read(); t = open("text","rb").read(); bad = []
for k in range(150):
    i = random.randrange(10, len(d)); c = bytearray(d); c[i] ^= 1 << random.randrange(8)
    p = subprocess.run([sys.argv[1]], input=bytes(c), capture_output=True)
    if p.returncode != 1 or not p.stderr: bad.append((i, p.returncode))
print(bad or "fine")
P
is "$(cat flip)" fine "a flipped bit anywhere is found out"

# The other backend, where both can be built: the same bytes, the same words.
if pkg-config --exists libisal 2>/dev/null; then
	ok "the zlib build" variant zlib lib/input/inflate.o NO_ISAL=1 build-zlib/tr-decompress
	python3 - "$top/build-zlib/tr-decompress" "$B/tr-decompress" <<'P' >both
import subprocess, sys, random
random.seed(2); d = open("one.gz","rb").read(); bad = []
cases = [d[:n] for n in range(0, len(d), 23)] + [d + d, d + b"x", d[:-3]]
for k in range(80):
    c = bytearray(d); c[random.randrange(len(d))] ^= 1 << random.randrange(8); cases.append(bytes(c))
for i, c in enumerate(cases):
    open("case","wb").write(c)   # a file and a pipe are read by different ways
    a, b = (subprocess.run([x, "case"], capture_output=True) if i % 2 else subprocess.run([x], input=c, capture_output=True) for x in sys.argv[1:3])
    if (a.returncode, a.stdout, a.stderr) != (b.returncode, b.stdout, b.stderr): bad.append((a.stderr, b.stderr, len(a.stdout), len(b.stdout)))
print(bad[:5] or "fine")
P
	is "$(cat both)" fine "zlib and ISA-L: same bytes, same messages"
else
	skip "no ISA-L: one way to inflate only"
fi
done_testing
