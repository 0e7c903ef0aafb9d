"""Exact numbers as text: all is integer or Fraction, rounded once, half away from zero, when a line is made."""
import math
from fractions import Fraction

LINES = []      # metric scope stat value unit n, tab separated


def decimal(value, places):
    """Text of an exact value, rounded half away from zero."""
    scaled = abs(Fraction(value)) * 10 ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(places + 1, "0")
    if places:
        text = text[:-places] + "." + text[-places:]
    return "-" + text if value < 0 and whole else text


PLACES = {"s": 9, "GB": 9, "s/B": 18, "count": 0, "bytes": 0}


def line(metric, scope, stat, value, unit, n):
    """value: exact, in the unit itself"""
    if value is not None and n:
        text = decimal(value, PLACES.get(unit, 6))
        LINES.append("\t".join((metric, scope, stat, text, unit, str(n))))


def ratio(a, b):
    return Fraction(a) / Fraction(b) if b else None


def root(square, places):
    """Square root of an exact value, correctly rounded to so many decimals."""
    scaled = Fraction(square) * 10 ** (2 * places)
    # round(x) = floor((2x + 1) / 2), and floor(2x) = isqrt(floor(4 x^2))
    return Fraction((math.isqrt(4 * scaled.numerator // scaled.denominator) + 1) // 2,
                    10 ** places)


def median(values):
    return quantile(values, Fraction(1, 2))


def quantile(values, q):
    """Linear between order statistics, as numpy's default."""
    v = sorted(values)
    at = q * (len(v) - 1)
    low = at.numerator // at.denominator
    high = min(low + 1, len(v) - 1)
    return v[low] + (v[high] - v[low]) * (at - low)


STAT = {"mean": lambda v: Fraction(sum(v)) / len(v),
        "p50": lambda v: quantile(v, Fraction(50, 100)),
        "p99": lambda v: quantile(v, Fraction(99, 100)),
        "min": min, "max": max}
OVER_STEPS = ("mean", "p50", "p99", "min", "max")
OVER_RANKS = ("mean", "min", "max")
