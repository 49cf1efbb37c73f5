"""nginx: what it says of a template, as a student can read it, and what to try."""

import pytest

from labkit.companions import nginx

SAID = "2026/11/27 19:27:23 [emerg] 5815#5815: {} in /tmp/judge-2m3x/home/nginx/upstreams.conf:5"
TIPS = {
    '"http" directive is not allowed here': "leave that away",
    '"map" directive is not allowed here': "outside of server",
    'invalid host in upstream "http://127.0.0.1:34271"': "without http://",
    'host not found in upstream "REPLICA_2"': "${REPLICA_2}",
    'host not found in upstream "sticy"': None,
    'directive "server" is not terminated by ";"': "a ; at each line's end",
    'duplicate "connection" variable': "name yours otherwise",
    'unknown directive "sever"': None,
}


@pytest.mark.parametrize("words", TIPS)
def test_what_it_says_of_a_template(words):
    """It is told without time, process and folder, with the template's own name, and advised on where that is clear."""
    said = nginx.complaint(SAID.format(words))
    assert said == f"{words}, line 5 of upstreams.conf.template"
    advice = nginx.advice(said)
    assert TIPS[words] in advice if TIPS[words] else advice is None


def test_a_variable_that_it_does_not_know():
    """It names no place for that, and a cookie's variable is what was meant."""
    said = nginx.complaint('2026/11/27 19:27:19 [emerg] 5529#5529: unknown "basket" variable\nanother line')
    assert said == 'unknown "basket" variable'
    assert "$cookie_basket" in nginx.advice(said)
