# Answers questions about regular expressions, read as JSON from standard input.
import json
import re
import signal
import sys
import unicodedata

SECONDS = 0.5


class TooLong(Exception):
    pass


def interrupt(*_):
    raise TooLong


def text(codes):
    return "".join(map(chr, codes))


def answer(question):
    try:
        pattern = re.compile(text(question["expr"]))
    except (re.error, OverflowError, ValueError, RecursionError) as error:
        return {"error": str(error) or "error"}
    found = []
    for subject in question["subjects"]:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            found.append(bool(pattern.search(text(subject))))
        except (TooLong, SystemError):  # the latter where re finds itself broken
            found.append(None)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return {"found": found}


def characters():
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    cased = "".join(c for c in every if c.lower() != c or c.upper() != c)
    joined = "".join(every)

    def codes(expr, subject=joined):
        return [ord(c) for c in re.findall(expr, subject)]

    return {
        "cases": {ord(c): codes("(?i)" + c, cased) for c in cased},
        "digits": codes(r"\d"),
        "spaces": codes(r"\s"),
        "words": codes(r"\w"),
        "unknown": [ord(c) for c in every if unicodedata.category(c) == "Cn"],
    }


signal.signal(signal.SIGALRM, interrupt)
output = {"answers": [answer(question) for question in json.load(sys.stdin)]}
if sys.argv[1] == "characters":
    output.update(characters())
output["version"] = sys.version_info[:3]
json.dump(output, sys.stdout)
