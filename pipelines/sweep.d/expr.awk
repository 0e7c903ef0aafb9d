# Expressions and templates of a sweep file, over the settings of one run.
#   tp * 2 > heads && kind != 'moe'      numbers, 'strings', names; ?: || && == != < <= > >= + - * / % ! ( )
#   {model}-tp_{tp}                      a template: each {EXPRESSION} is replaced; {{ is a brace
# AT is the path of the expression being evaluated, for messages. The including program provides
# V[name] (known settings), SET[name] (fixed settings, which are templates) and complain(path,
# why), which ends the program. The parts that are not needed (the other side of ?:, the text after
# 0 && or 1 ||) are parsed, and their names must be known, but they are not evaluated: DEAD is then
# above 0.

function numeric(s) { return s ~ /^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$/ }
function truth(s) { return s != "" && s != "false" && !(numeric(s) && s + 0 == 0) }
function shown(x) { return x == int(x) && x < 1e15 && x > -1e15 ? sprintf("%.0f", x) : sprintf("%.6g", x) }
function number(s) {
	if (DEAD) return 1
	if (!numeric(s)) complain(AT, "not a number: '" s "'")
	return s + 0
}

# A setting's value; a fixed one is expanded when it is first asked for.
function value(name,    v) {
	if (!(name in V)) {
		if (!(name in SET)) complain(AT, "unknown name '" name "'" meant(name, setting_names()))
		if (DEAD) return ""
		if (name in BUSY) complain("set." name, "defined by itself")
		BUSY[name]
		v = expand(SET[name]) # not at once: V[name] would be there while it is worked out
		V[name] = v
		delete BUSY[name]
	}
	return V[name]
}

# The tokens of an expression go on a stack, so that one evaluation can start another.
function push_tokens(s,    whole) {
	whole = s
	while (s != "") {
		if (match(s, /^[ \t]+/)) {
			s = substr(s, RLENGTH + 1)
			continue
		}
		if (!match(s, /^([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?/) && !match(s, /^[A-Za-z_][A-Za-z0-9_]*/) &&
		    !match(s, /^'[^']*'/) && !match(s, /^"[^"]*"/) && !match(s, /^(==|!=|<=|>=|&&|\|\||[-+*\/%<>!()?:])/))
			complain(AT, "not understood in '" whole "': '" s "'")
		TOKEN[++TOP] = substr(s, 1, RLENGTH)
		s = substr(s, RLENGTH + 1)
	}
}
function peek() { return NEXT <= LAST ? TOKEN[NEXT] : "" }
function accept(t) {
	if (peek() != t) return 0
	NEXT++
	return 1
}
function evaluate(s,    next0, last0, top0, r) {
	next0 = NEXT; last0 = LAST; top0 = TOP
	NEXT = TOP + 1
	push_tokens(s)
	LAST = TOP
	r = choice()
	if (NEXT <= LAST) complain(AT, "not understood in '" s "': '" peek() "'")
	NEXT = next0; LAST = last0; TOP = top0
	return r
}
function choice(    c, a, b) {
	c = either()
	if (!accept("?")) return c
	if (!truth(c)) DEAD++
	a = choice()
	if (!truth(c)) DEAD--
	if (!accept(":")) complain(AT, "? without :")
	if (truth(c)) DEAD++
	b = choice()
	if (truth(c)) DEAD--
	return truth(c) ? a : b
}
function either(    a, b) {
	a = both()
	while (accept("||")) {
		if (truth(a)) DEAD++
		b = both()
		if (truth(a)) DEAD--
		a = truth(a) || truth(b) ? 1 : 0
	}
	return a
}
function both(    a, b) {
	a = compared()
	while (accept("&&")) {
		if (!truth(a)) DEAD++
		b = compared()
		if (!truth(a)) DEAD--
		a = truth(a) && truth(b) ? 1 : 0
	}
	return a
}
function compared(    a, b, op, c) {
	a = sum()
	op = peek()
	if (op !~ /^(==|!=|<|<=|>|>=)$/) return a
	NEXT++
	b = sum()
	if (numeric(a) && numeric(b)) c = a + 0 < b + 0 ? -1 : a + 0 > b + 0
	else c = a "" < b "" ? -1 : a "" > b ""
	return op == "==" ? c == 0 : op == "!=" ? c != 0 : op == "<" ? c < 0 : op == "<=" ? c <= 0 : op == ">" ? c > 0 : c >= 0
}
function sum(    a) {
	a = product()
	for (;;) {
		if (accept("+")) a = sprintf("%.17g", number(a) + number(product()))
		else if (accept("-")) a = sprintf("%.17g", number(a) - number(product()))
		else return a
	}
}
function product(    a, b, op) {
	a = single()
	while (peek() ~ /^[*\/%]$/) {
		op = peek()
		NEXT++
		b = number(single())
		if (DEAD) b = 1
		if (op != "*" && b == 0) complain(AT, "division by zero")
		a = number(a)
		a = op == "*" ? a * b : op == "/" ? a / b : a % b
		a = sprintf("%.17g", a)
	}
	return a
}
function single(    t, r) {
	t = peek()
	if (t == "") complain(AT, "the expression ends too early")
	NEXT++
	if (t == "!") return !truth(single())
	if (t == "-") return sprintf("%.17g", -number(single()))
	if (t == "(") {
		r = choice()
		if (!accept(")")) complain(AT, "( without )")
		return r
	}
	if (t ~ /^['"]/) return substr(t, 2, length(t) - 2)
	if (t ~ /^[A-Za-z_]/) return value(t)
	if (!numeric(t)) complain(AT, "not understood: '" t "'")
	return t
}

# A template with its expressions replaced. A computed number is shown with six digits.
function expand(s,    out, i, e, r) {
	while ((i = index(s, "{")) > 0) {
		out = out substr(s, 1, i - 1)
		s = substr(s, i + 1)
		if (substr(s, 1, 1) == "{") {
			out = out "{"
			s = substr(s, 2)
			continue
		}
		i = index(s, "}")
		if (!i) complain(AT, "{ without }")
		e = substr(s, 1, i - 1)
		r = evaluate(e)
		out = out (e !~ /^[A-Za-z_][A-Za-z0-9_]*$/ && numeric(r) ? shown(r + 0) : r)
		s = substr(s, i + 1)
	}
	return out s
}
