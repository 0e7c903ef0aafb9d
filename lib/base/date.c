#include "base/date.h"

static int digits(const char *p, int n, int64_t *v)
{
	*v = 0;
	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		*v = *v * 10 + (p[i] - '0');
	}
	return 1;
}

/* Days from 1970-01-01 of a date of the Gregorian calendar (Hinnant, days_from_civil). */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, year, day;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	year = y - era * 400;
	day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}

int date_ns(struct slice s, int64_t *ns)
{
	int64_t y, mo, d, h, mi, sec, f = 0;
	size_t i = 19;

	if (s.n < 19 || s.p[4] != '-' || s.p[7] != '-' || s.p[13] != ':' || s.p[16] != ':' ||
	    !digits(s.p, 4, &y) || !digits(s.p + 5, 2, &mo) || !digits(s.p + 8, 2, &d) ||
	    !digits(s.p + 11, 2, &h) || !digits(s.p + 14, 2, &mi) || !digits(s.p + 17, 2, &sec))
		return 0;
	if (y < 1970 || y > 2200 || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 ||
	    sec > 60)
		return 0;
	if (i < s.n && s.p[i] == '.') {
		int64_t unit = 100000000;

		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, unit /= 10)
			f += unit * (s.p[i] - '0');
	}
	if (i < s.n && !slice_is((struct slice){ s.p + i, s.n - i }, "+00:00") &&
	    !slice_is((struct slice){ s.p + i, s.n - i }, "Z"))
		return 0;
	*ns = (((days(y, mo, d) * 24 + h) * 60 + mi) * 60 + sec) * 1000000000 + f;
	return 1;
}
