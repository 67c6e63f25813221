/* SPDX-License-Identifier: MIT */
#include "tui/term/sequence.h"

enum { PARAMETERS = 8, PARAMETER_MAX = 0x110000 };

/* ESC [ PREFIX p;p:sub;p FINAL */
struct parts {
	char prefix; /* one of < = > ?, or 0 */
	unsigned p[PARAMETERS];
	unsigned sub[PARAMETERS]; /* what follows the first ':' */
	size_t count;
	bool intermediate; /* something between parameters and final: a reply */
	char final;
};

struct row {
	unsigned number;
	uint32_t code;
};

/* CSI final (or SS3) letters, as in xterm's and the VT220's manuals. */
static const struct row letters[] = {
	{'A', WORD_UP},
	{'B', WORD_DOWN},
	{'C', WORD_RIGHT},
	{'D', WORD_LEFT},
	{'H', WORD_HOME},
	{'F', WORD_END},
	{'P', WORD_F1},
	{'Q', WORD_F1 + 1},
	{'R', WORD_F1 + 2},
	{'S', WORD_F1 + 3},
	{'M', WORD_ENTER},
	{'I', WORD_TAB},
	{0, 0},
};

/* CSI number ~ */
static const struct row tildes[] = {
	{1, WORD_HOME},
	{2, WORD_INS},
	{3, WORD_DEL},
	{4, WORD_END},
	{5, WORD_PGUP},
	{6, WORD_PGDN},
	{7, WORD_HOME},
	{8, WORD_END},
	{11, WORD_F1},
	{12, WORD_F1 + 1},
	{13, WORD_F1 + 2},
	{14, WORD_F1 + 3},
	{15, WORD_F1 + 4},
	{17, WORD_F1 + 5},
	{18, WORD_F1 + 6},
	{19, WORD_F1 + 7},
	{20, WORD_F1 + 8},
	{21, WORD_F1 + 9},
	{23, WORD_F1 + 10},
	{24, WORD_F1 + 11},
	{0, 0},
};

/* CSI number u, where the number is not the key's own character. */
static const struct row kitty[] = {
	{9, WORD_TAB},
	{13, WORD_ENTER},
	{27, WORD_ESC},
	{127, WORD_BSPACE},
	{8, WORD_BSPACE},
	{57409, ','},
	{57410, '/'},
	{57411, '*'},
	{57412, '-'},
	{57413, '+'},
	{57414, WORD_ENTER},
	{57415, '='},
	{57417, WORD_LEFT},
	{57418, WORD_RIGHT},
	{57419, WORD_UP},
	{57420, WORD_DOWN},
	{57421, WORD_PGUP},
	{57422, WORD_PGDN},
	{57423, WORD_HOME},
	{57424, WORD_END},
	{57425, WORD_INS},
	{57426, WORD_DEL},
	{0, 0},
};

static uint32_t find(const struct row *rows, unsigned number)
{
	for (; rows->number != 0; rows++)
		if (rows->number == number)
			return rows->code;
	return 0;
}

static void split_digit(struct parts *parts, char c, bool in_sub, bool first_sub)
{
	unsigned *n = in_sub ? &parts->sub[parts->count] : &parts->p[parts->count];
	if (in_sub && !first_sub)
		return;
	*n = *n * 10 + (unsigned)(c - '0');
	if (*n > PARAMETER_MAX)
		*n = PARAMETER_MAX;
}

static bool split(const char *bytes, size_t len, struct parts *parts)
{
	size_t i = 2;
	unsigned colons = 0;
	*parts = (struct parts){.final = bytes[len - 1]};
	if (i < len - 1 && bytes[i] >= '<' && bytes[i] <= '?')
		parts->prefix = bytes[i++];
	for (; i < len - 1; i++) {
		char c = bytes[i];
		if (c >= '0' && c <= '9')
			split_digit(parts, c, colons > 0, colons == 1);
		else if (c == ':')
			colons++;
		else if (c == ';') {
			colons = 0;
			if (++parts->count == PARAMETERS)
				return false;
		} else if (c >= 0x20 && c <= 0x2F)
			parts->intermediate = true;
		else
			return false;
	}
	parts->count++;
	return true;
}

/* xterm's modifier parameter: 1 + (1 Shift, 2 Alt, 4 Ctrl, 8 Super, 32 Meta); locks are ignored. */
static unsigned mods_of(unsigned parameter)
{
	unsigned bits = parameter > 0 ? parameter - 1 : 0;
	unsigned mods = bits & (MOD_SHIFT | MOD_ALT | MOD_CTRL);
	return mods | (bits & 32 ? MOD_ALT : 0U);
}

static enum sequence_kind key(struct input *out, uint32_t code, unsigned mods)
{
	if (code == 0)
		return SEQUENCE_UNKNOWN;
	if (code < WORD_ESC && (mods & MOD_SHIFT)) {
		if (code >= 'a' && code <= 'z' && !(mods & MOD_CTRL))
			code -= 'a' - 'A';
		mods &= ~(unsigned)MOD_SHIFT;
	}
	if ((mods & MOD_CTRL) && code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	*out = (struct input){.kind = INPUT_KEY, .key = {code, mods}};
	return SEQUENCE_INPUT;
}

/* A code that came as a number: no control characters, nothing outside Unicode. */
static uint32_t safe_code(unsigned number)
{
	bool control = number < 0x20 || (number >= 0x7F && number < 0xA0);
	bool surrogate = number >= 0xD800 && number < 0xE000;
	return control || surrogate || number >= WORD_ESC ? 0 : number;
}

static enum sequence_kind read_kitty(const struct parts *s, struct input *out)
{
	if (s->sub[1] == 3) /* a release */
		return SEQUENCE_UNKNOWN;
	uint32_t code = find(kitty, s->p[0]);
	if (code == 0 && s->p[0] >= 57399 && s->p[0] <= 57408)
		code = '0' + s->p[0] - 57399;
	if (code == 0 && s->p[0] >= 57344 && s->p[0] < 63744)
		return SEQUENCE_UNKNOWN;
	return key(out, code != 0 ? code : safe_code(s->p[0]), mods_of(s->p[1]));
}

static enum sequence_kind read_tilde(const struct parts *s, struct input *out)
{
	if (s->p[0] == 200 && s->count == 1)
		return SEQUENCE_PASTE;
	if (s->p[0] == 27 && s->count == 3) {
		uint32_t code = find(kitty, s->p[2]);
		return key(out, code != 0 ? code : safe_code(s->p[2]), mods_of(s->p[1]));
	}
	return key(out, find(tildes, s->p[0]), mods_of(s->p[1]));
}

static enum sequence_kind read_mouse(const struct parts *s, struct input *out)
{
	unsigned b = s->p[0];
	if (s->count != 3 || s->p[1] == 0 || s->p[2] == 0 || b >= 128)
		return SEQUENCE_UNKNOWN;
	*out = (struct input){.kind = INPUT_MOUSE,
		.button = (int)(b & 3),
		.x = (int)s->p[1] - 1,
		.y = (int)s->p[2] - 1};
	out->key.mods =
		(b & 4 ? MOD_SHIFT : 0U) | (b & 8 ? MOD_ALT : 0U) | (b & 16 ? MOD_CTRL : 0U);
	if (b & 64) {
		if ((b & 3) > 1 || s->final == 'm')
			return SEQUENCE_UNKNOWN;
		out->action = (b & 3) == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
	} else if (s->final == 'm')
		out->action = MOUSE_RELEASE;
	else
		out->action = b & 32 ? MOUSE_DRAG : MOUSE_PRESS;
	return SEQUENCE_INPUT;
}

static enum sequence_kind read_letter(const struct parts *s, struct input *out)
{
	if (s->final == 'Z')
		return key(out, WORD_TAB, MOD_SHIFT);
	if (s->final == 'R' && s->p[0] != 1) /* a cursor report */
		return SEQUENCE_UNKNOWN;
	return key(out, find(letters, (unsigned char)s->final), mods_of(s->p[1]));
}

/* ESC [ ? 997 ; 1 n: the colours became dark; 2: light. */
static enum sequence_kind read_scheme(const struct parts *s, struct input *out)
{
	if (s->final != 'n' || s->p[0] != 997 || s->p[1] < 1 || s->p[1] > 2)
		return SEQUENCE_UNKNOWN;
	*out = (struct input){.kind = INPUT_SCHEME, .light = s->p[1] == 2};
	return SEQUENCE_INPUT;
}

static enum sequence_kind read_csi(const struct parts *s, struct input *out)
{
	if (s->intermediate)
		return SEQUENCE_UNKNOWN;
	if (s->prefix == '<')
		return s->final == 'M' || s->final == 'm' ? read_mouse(s, out) : SEQUENCE_UNKNOWN;
	if (s->prefix == '?')
		return read_scheme(s, out);
	if (s->prefix != 0)
		return SEQUENCE_UNKNOWN;
	bool bare = s->count == 1 && s->p[0] == 0;
	switch (s->final) {
	case '~': return read_tilde(s, out);
	case 'u': return read_kitty(s, out);
	case 'M': return SEQUENCE_OLD_MOUSE;
	case 'I':
	case 'O':
		if (!bare)
			return SEQUENCE_UNKNOWN;
		*out = (struct input){.kind = INPUT_FOCUS, .focused = s->final == 'I'};
		return SEQUENCE_INPUT;
	default: return read_letter(s, out);
	}
}

/* A number of one to four hex digits, as parts of 255. */
static bool read_part(struct str hex, unsigned *out)
{
	unsigned value = 0;
	if (hex.len == 0 || hex.len > 4)
		return false;
	for (size_t i = 0; i < hex.len; i++) {
		char c = hex.at[i];
		unsigned digit = c >= '0' && c <= '9'	? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
				 : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
							: 16;
		if (digit > 15)
			return false;
		value = value << 4 | digit;
	}
	*out = value * 255 / ((1U << 4 * hex.len) - 1);
	return true;
}

enum sequence_kind sequence_read_string(struct str bytes, struct input *out)
{
	enum { MIDDLE = 128 };
	struct str rest, blue;
	unsigned r, g, b;
	if (!str_starts(bytes, STR("]11;rgb:")))
		return SEQUENCE_UNKNOWN;
	struct str red = str_cut(str_slice(bytes, 8, bytes.len), '/', &rest);
	struct str green = str_cut(rest, '/', &blue);
	if (!read_part(red, &r) || !read_part(green, &g) || !read_part(blue, &b))
		return SEQUENCE_UNKNOWN;
	/* Brightness as in ITU-R BT.601. */
	*out = (struct input){
		.kind = INPUT_SCHEME, .light = (299 * r + 587 * g + 114 * b) / 1000 >= MIDDLE};
	return SEQUENCE_INPUT;
}

enum sequence_kind sequence_read(const char *bytes, size_t len, struct input *out)
{
	if (len < 3)
		return SEQUENCE_UNKNOWN;
	char final = bytes[len - 1];
	if (bytes[1] == 'O') {
		/* SS3 may carry a modifier digit: ESC O 5 P */
		unsigned mods = len == 4 ? mods_of((unsigned)(bytes[2] - '0')) : 0;
		return len > 4 ? SEQUENCE_UNKNOWN
			       : key(out, find(letters, (unsigned char) final), mods);
	}
	if (bytes[2] == '[') /* the Linux console's F1 to F5: ESC [ [ A */
		return final >= 'A' && final <= 'E' ? key(out, WORD_F1 + (uint32_t)(final - 'A'), 0)
						    : SEQUENCE_UNKNOWN;
	struct parts parts;
	return split(bytes, len, &parts) ? read_csi(&parts, out) : SEQUENCE_UNKNOWN;
}
