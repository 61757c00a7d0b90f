#include "base/base.h"

/* The active codes of ISO 4217 (list one, funds and metals left out), by number of decimals. */
static const struct {
	int digits;
	text codes;
} currencies[] = {
	{ 2,
	    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD "
	    "BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN "
	    "ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
	    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
	    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
	    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
	    "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES "
	    "WST XCD YER ZAR ZMW" },
	{ 0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF" },
	{ 3, "BHD IQD JOD KWD LYD OMR TND" },
};

static const struct {
	text code, sign;
} signs[] = { { "EUR", "€" }, { "GBP", "£" }, { "USD", "$" }, { "JPY", "¥" }, { "INR", "₹" },
	{ "AUD", "A$" }, { "CAD", "CA$" }, { "NZD", "NZ$" }, { "KRW", "₩" }, { "ILS", "₪" },
	{ "TRY", "₺" }, { "UAH", "₴" }, { "NGN", "₦" }, { "PHP", "₱" }, { "VND", "₫" } };

/* -1 for a code that is not in the list. */
static int
digits_of(text code)
{
	if (strlen(code) != 3)
		return -1;
	for (size_t i = 0; i < LENGTH(currencies); i++)
		for (text at = currencies[i].codes; *at; at += at[3] ? 4 : 3)
			if (memcmp(at, code, 3) == 0)
				return currencies[i].digits;
	return -1;
}

bool
currency_known(text code)
{
	return digits_of(code) >= 0;
}

int
currency_digits(text code)
{
	int digits = digits_of(code);

	return digits < 0 ? 2 : digits;
}

/* Magnitude as "1234.50", or "1,234.50" when grouped. */
static void
add_figure(struct buf *b, uint64_t minor, int digits, bool grouped)
{
	uint64_t unit = 1;

	for (int i = 0; i < digits; i++)
		unit *= 10;
	char whole[24];
	int n = snprintf(whole, sizeof whole, "%llu", (unsigned long long)(minor / unit));

	for (int i = 0; i < n; i++) {
		if (grouped && i > 0 && (n - i) % 3 == 0)
			buf_char(b, ',');
		buf_char(b, whole[i]);
	}
	if (digits > 0)
		buf_fmt(b, ".%0*llu", digits, (unsigned long long)(minor % unit));
}

static uint64_t
magnitude(money m)
{
	return m.minor < 0 ? -(uint64_t)m.minor : (uint64_t)m.minor;
}

text
money_plain(struct arena *a, money m, text currency)
{
	struct buf b = BUF(a);

	if (m.minor < 0)
		buf_char(&b, '-');
	add_figure(&b, magnitude(m), currency_digits(currency), false);
	return buf_text(&b);
}

text
money_text(struct arena *a, money m, text currency)
{
	struct buf b = BUF(a);
	size_t i = 0;

	if (m.minor < 0)
		buf_add(&b, "−");
	while (i < LENGTH(signs) && !text_is(signs[i].code, currency))
		i++;
	if (i < LENGTH(signs))
		buf_add(&b, signs[i].sign);
	else
		buf_fmt(&b, "%s\u00a0", currency);
	add_figure(&b, magnitude(m), currency_digits(currency), true);
	return buf_text(&b);
}

/* Decimal digits at *s added onto *minor; at least one. */
static bool
add_digits(text *s, int most, int64_t *minor, int *read)
{
	for (*read = 0; **s >= '0' && **s <= '9'; (*s)++, (*read)++)
		if (*read == most || __builtin_mul_overflow(*minor, 10, minor) ||
		    __builtin_add_overflow(*minor, **s - '0', minor))
			return false;
	return *read > 0;
}

bool
money_parse(text s, text currency, money *out)
{
	int digits = currency_digits(currency), read, decimals = 0;
	bool negative = *s == '-';
	int64_t minor = 0;

	s += negative;
	if (!add_digits(&s, 30, &minor, &read))
		return false;
	if (*s == '.' && (s++, !add_digits(&s, digits, &minor, &decimals)))
		return false;
	if (*s != 0)
		return false;
	for (; decimals < digits; decimals++)
		if (__builtin_mul_overflow(minor, 10, &minor))
			return false;
	out->minor = negative ? -minor : minor;
	return true;
}
