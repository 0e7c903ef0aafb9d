/* sha256: the standards' own examples (FIPS 180-4, RFC 4231). */
#include "base/sha256.h"
#include "unit.h"

static int is(const unsigned char *got, const char *want)
{
	char hex[2 * SHA256_SIZE + 1];

	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", got[i]);
	return strcmp(hex, want) == 0;
}

static int hash(const char *text, int times, const char *want)
{
	unsigned char got[SHA256_SIZE];
	struct sha256 s;

	sha256_begin(&s);
	for (int i = 0; i < times; i++)
		sha256_add(&s, text, strlen(text));
	sha256_end(&s, got);
	return is(got, want);
}

static int keyed(struct slice key, const char *text, const char *want)
{
	unsigned char got[SHA256_SIZE];
	struct hmac k;

	hmac_key(&k, key);
	hmac(&k, slice_of(text), got);
	hmac(&k, slice_of(text), got); /* the key stays ready */
	return is(got, want);
}

int main(void)
{
	char aa[131];

	memset(aa, 0xaa, sizeof aa);
	ok(hash("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "nothing");
	ok(hash("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "abc");
	ok(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
	   "two blocks");
	ok(hash("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"), "a million");
	ok(keyed(slice_of("Jefe"), "what do ya want for nothing?",
	         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
	   "a short key");
	ok(keyed((struct slice){ aa, sizeof aa }, "Test Using Larger Than Block-Size Key - Hash Key First",
	         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
	   "a key longer than a block");
	return done();
}
