"""Requests that somebody once used, or could use, to make two readers see two requests; and legal ones that look like
them. Each row: the status it must be refused with, or that it passes, and why.

Where the rows come from: RFC 9110 and 9112, the threat table of the research, the trials against listeners on uvicorn,
published request smuggling, path confusion and JSON interoperability work.
"""

from __future__ import annotations

from collections.abc import Iterator

from .case import HOST, SMUGGLED, Case, passed, refused, request

P = b"/v2/5dd0b0056f3d47b6ab4121667d35621a"
ELSEWHERE = P + b"/elsewhere"
JSON = b"Content-Type: application/json"

# Targets: (status or 0, target, why)

TARGETS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"/", "the shortest path"),
    (0, b"/?", "an empty query is kept"),
    (0, ELSEWHERE + b"/", "a trailing slash is kept"),
    (0, ELSEWHERE + b"?", "an empty query behind a path is kept"),
    (0, ELSEWHERE + b"?a", "a parameter without value"),
    (0, ELSEWHERE + b"?a=&b==&=c&&d", "odd but unambiguous parameters"),
    (0, ELSEWHERE + b"?a=1&a=2", "a repeated parameter of an unknown operation is the cloud's matter"),
    (0, ELSEWHERE + b"?a=%2F..%5C%ff;b//../", "a query is data"),
    (0, ELSEWHERE + b"?next=http://other/v2", "an address in a query is data"),
    (0, ELSEWHERE + b"?metadata={'a':'b'}", "braces in a query, as some clients send them"),
    (0, ELSEWHERE + b"?a=b?c=d", "a question mark in the query"),
    (0, ELSEWHERE + b"/metadata/a%20b", "a space in a metadata key"),
    (0, ELSEWHERE + b"/metadata/%6Bey%2D1", "unreserved characters, needlessly encoded"),
    (0, ELSEWHERE + b"/metadata/%E4%BD%A0%e5%A5%BD", "UTF-8 in a metadata key, mixed case of hex digits"),
    (0, ELSEWHERE + b"/metadata/a:b@c,d=e+f!$&'()*~", "every delimiter a segment may hold, but one"),
    (0, ELSEWHERE + b"/metadata/50%25", "an encoded percent sign"),
    (0, ELSEWHERE + b"/metadata/a%3Bb%3Fc%23d", "encoded delimiters stay data"),
    (0, ELSEWHERE + b"/x/metadata/csi.openstack.org%2Fcluster", "an encoded slash in a metadata key, as CSI has it"),
    (0, ELSEWHERE + b"/...", "three dots are a name"),
    (0, ELSEWHERE + b"/.a/..b/c..", "dots in names"),
    (0, ELSEWHERE + b"/" + b"a" * 4000, "a long but bounded path"),
    (0, b"/V2/P/Volumes", "another case is another path"),
    (404, b"//", "nothing between two slashes"),
    (404, b"/" + P, "a merged slash would make a documented path of it"),
    (404, P + b"//volumes", "nginx merges slashes"),
    (404, P + b"/volumes//detail", "nginx merges slashes, further behind"),
    (404, P + b"/volumes//", "two slashes at the end"),
    (404, b"//other.example/v2", "looks like an authority"),
    (404, b"///v2", "three slashes"),
    (400, P + b"/../other/volumes", "a dot segment leaves the project"),
    (400, P + b"/./volumes", "one dot"),
    (400, P + b"/volumes/..", "a dot segment at the end"),
    (400, P + b"/volumes/.", "one dot at the end"),
    (400, P + b"/%2e%2e/other/volumes", "encoded dots"),
    (400, P + b"/%2E./volumes", "one dot encoded, one plain"),
    (400, P + b"/.%2e/volumes", "one dot plain, one encoded"),
    (400, P + b"/%2e/volumes", "one encoded dot"),
    (400, b"/..", "above the root"),
    (400, b"/v2/..?a=b", "a dot segment before a query"),
    (400, P + b"/%252e%252e/volumes", "dots for whoever decodes twice"),
    (400, P + b"/%252E/volumes", "a dot for whoever decodes twice"),
    (400, P + b"%2Fvolumes", "an encoded slash makes two segments for a WSGI server"),
    (400, P + b"%2fvolumes", "the same in lower case"),
    (400, P + b"/volumes/x%2Fmetadata%2Fkey", "deleting a disk, or one of its metadata"),
    (400, ELSEWHERE + b"/x/metadata/a%2F..%2F..%2Faction", "encoded slashes with dots between them"),
    (400, ELSEWHERE + b"/x/metadata/%2Fkey", "two slashes, one encoded, before a key"),
    (400, ELSEWHERE + b"/x/metadata/key%2F", "an encoded slash at the end of a key"),
    (400, b"/v2/metadata/volumes%2Fx", "a project of that name"),
    (400, P + b"%252Fvolumes", "a slash for whoever decodes twice"),
    (400, P + b"%5Cvolumes", "an encoded backslash is a slash to some"),
    (400, P + b"%255Cvolumes", "a backslash for whoever decodes twice"),
    (400, P + b"\\volumes", "a backslash"),
    (400, P + b"/..\\volumes", "a dot segment of Windows"),
    (400, P + b"/volumes;v=1", "Tomcat cuts parameters off a path"),
    (400, P + b"/..;/volumes", "a dot segment behind Tomcat's semicolon"),
    (400, P + b";/volumes", "an empty path parameter"),
    (400, P + b"/volumes%00", "an encoded NUL ends a C string"),
    (400, P + b"/volumes%00.json", "an encoded NUL before an ending"),
    (400, P + b"/volumes%2500", "a NUL for whoever decodes twice"),
    (400, P + b"/volumes?name=%00", "an encoded NUL in a query"),
    (400, P + b"/volumes%0d%0aX-Roles:admin", "an encoded line break splits a header"),
    (400, P + b"/volumes%0a", "an encoded line feed"),
    (400, P + b"/volumes%09", "an encoded tab"),
    (400, P + b"/volumes%7f", "an encoded delete character"),
    (400, P + b"/volumes%1b[2J", "an encoded escape for a terminal"),
    (400, P + b"/volumes%", "a percent sign alone"),
    (400, P + b"/volumes%4", "half an escape"),
    (400, P + b"/volumes%zz", "no hex digits"),
    (400, P + b"/volumes%u0041", "an escape of old IIS"),
    (400, P + b"/volumes?a=%", "a percent sign alone in a query"),
    (400, P + b"/volumes?a=%g0", "no hex digits in a query"),
    (400, P + b"/%c0%ae%c0%ae/volumes", "overlong UTF-8 dots"),
    (400, P + b"/%c0%afvolumes", "an overlong UTF-8 slash"),
    (400, P + b"/%e0%80%af", "a longer overlong slash"),
    (400, P + b"/%ff", "no UTF-8"),
    (400, P + b"/%ed%a0%80", "half of a surrogate pair"),
    (400, P + b"/%f4%90%80%80", "beyond Unicode"),
    (400, P + b"/volumes\xe9", "a raw latin-1 letter"),
    (400, P + b"/\xe4\xbd\xa0", "raw UTF-8"),
    (400, P + b"/\xef\xbc\x8e\xef\xbc\x8e/volumes", "full-width dots, raw"),
    (400, P + b"?a=\xff", "a raw byte in a query"),
    (400, P + b"/volumes#detail", "a fragment is not sent"),
    (400, P + b"/volumes?a#b", "a fragment behind a query"),
    (400, P + b'/"volumes"', "quotes in a path"),
    (400, P + b"/<volumes>", "angle brackets in a path"),
    (400, P + b"/{volumes}", "braces in a path"),
    (400, P + b"/vol|umes", "a bar in a path"),
    (400, P + b"/vol^umes", "a caret in a path"),
    (400, P + b"/vol`umes", "a backtick in a path"),
    (400, P + b"/[volumes]", "brackets in a path"),
    (400, b"http://gw.example:8776" + P, "the absolute form, for a proxy"),
    (400, b"http://other.example" + P, "the absolute form for another host"),
    (400, b"https://gw.example:8776/", "the absolute form with another scheme"),
    (400, b"file:///etc/passwd", "a file"),
    (400, b"gw.example:8776", "the authority form, for CONNECT"),
    (400, b"*", "the asterisk form, for OPTIONS"),
    (400, b"v2/volumes", "no slash at the beginning"),
    (400, b"?limit=1", "no path at all"),
    (400, b"@other.example/v2", "a user part"),
    (400, b"%2Fv2", "an encoded slash in the place of the first one"),
    (414, b"/" + b"a" * 20_000, "longer than anybody needs"),
    (414, ELSEWHERE + b"?a=" + b"b" * 20_000, "a query longer than anybody needs"),
)

# Requests that are documented and wrong, written so that a sloppy reader does not recognise them.

DISGUISED: tuple[tuple[bytes, bytes, bytes, str], ...] = (
    (b"GET", P + b"/cloudvolumes/%64etail?limit=x", b"", "an escape is no way around `detail`"),
    (b"GET", P + b"/cloudvolumes/detail/?limit=x", b"", "a trailing slash is no way around `detail`"),
    (b"GET", P + b"/%63loudvolumes/detail?limit=x", b"", "an escape is no way around the collection"),
    (b"GET", P + b"/cloudvolumes/detail?%6cimit=x", b"", "an escape is no way around a parameter"),
    (b"HEAD", P + b"/cloudvolumes/detail?limit=x", b"", "HEAD is judged as GET"),
    (b"POST", P + b"/cloud%76olumes", b'{"volume": {"size": -1}}', "an escape is no way around a creation"),
    (b"POST", P + b"/cloudvolumes", b'{"vol\\u0075me": {"s\\u0069ze": -1}}', "an escape in a key hides no field"),
    (b"POST", P + b"/cloudvolumes", b' \n{"volume":\t{"size":-1}}\r\n', "white space hides no field"),
    (
        b"POST",
        P + b"/volumes/5dd0b005-6f3d-47b6-ab41-21667d35621a/action",
        b'{"os-extend": {"new_size": 20}, "os-detach": {}}',
        "two actions in one body",
    ),
)

# Header lines: (status or 0, lines, why)

HEADERS: tuple[tuple[int, tuple[bytes, ...], str], ...] = (
    (0, (b"X-Auth-Token: " + b"t" * 100_000,), "a token of 100 KB"),
    (0, (b"X-Auth-Token: " + b"t" * 100_000, b"X-Subject-Token: " + b"s" * 100_000), "two tokens of 100 KB"),
    (0, (b"Accept: a/b", b"Accept: c/d"), "a list may come in several lines"),
    (0, (b"X-Odd: 1", b"X-Odd: 1"), "an unknown header may come twice"),
    (0, (b"Cookie: a=b", b"Cookie: c=d"), "two cookies"),
    (0, (b"X-Empty:",), "an empty value"),
    (0, (b"X-Odd: \xe9\xff",), "raw bytes in a value are opaque"),
    (0, (b"X-Odd: a\tb",), "a tab in a value"),
    (0, (b"X-Odd:   a b  ",), "white space around a value is none of it"),
    (0, (b"x-ODD: a",), "names have no case"),
    (0, (b"X!#$%&'*+.^`|~9: a",), "every character a name may have"),
    (0, (b"X_Odd: 1",), "an underscore in a name that is nobody's twin"),
    (0, (b"X-Project-Id: 5dd0b0056f3d47b6ab4121667d35621a",), "the project of the caller"),
    (0, (b"X-Forwarded-For: 10.0.0.1",), "a proxy before us may say so"),
    (0, (b"Accept-Encoding: gzip",), "a coding of the answer"),
    (0, (b"Connection: keep-alive",), "what everybody says"),
    (0, (b"Connection: Keep-Alive", b"Keep-Alive: timeout=5"), "how long, of old"),
    (0, (b"Connection: X-Trace", b"X-Trace: 1"), "a header for the next hop only"),
    (0, (b"Connection: TE", b"TE: trailers"), "trailers are welcome, of the answer"),
    (0, (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AA"), "Java offers HTTP/2"),
    (0, (b"Connection: Upgrade", b"Upgrade: websocket"), "no web socket is here"),
    (0, (b"Upgrade: h2c",), "an offer without Connection"),
    (0, (b"Proxy-Authorization: Basic x",), "for a proxy before the cloud"),
    (0, (b"Proxy-Connection: keep-alive",), "of old browsers"),
    (0, (b"X-User-Id: admin",), "who one is, is not for the client to say"),
    (0, (b"X-Roles: admin",), "nor its roles"),
    (0, (b"X-Role: admin",), "nor its role"),
    (0, (b"X-User-Name: admin", b"X-User: admin"), "nor its name"),
    (0, (b"X-Identity-Status: Confirmed",), "nor that somebody checked"),
    (0, (b"X-Service-Roles: service",), "nor that it is a service"),
    (0, (b"X-Service-Anything: service",), "nor anything about services"),
    (0, (b"X-Tenant-Id: other", b"X-Tenant-Name: other", b"X-Tenant: other"), "nor its tenant"),
    (0, (b"X-Is-Admin-Project: True",), "nor that its project administers"),
    (0, (b"OpenStack-System-Scope: all",), "nor that it may everything"),
    (0, (b"X-ROLES: admin",), "in capitals neither"),
    (0, (b"X-Roles: admin", b"X-Roles: other"), "twice neither"),
    (0, (b"X-HTTP-Method-Override: DELETE",), "the method stands in the request line"),
    (0, (b"X-HTTP-Method: DELETE", b"X-Method-Override: DELETE"), "by other names too"),
    (0, (b"X-Original-URL: /v2/other",), "the path stands there as well"),
    (0, (b"X-Rewrite-URL: /v2/other",), "by another name too"),
    (0, tuple(b"X-%d: a" % number for number in range(120)), "many headers"),
    (400, (b"X-Auth-Token: a", b"X-Auth-Token: b"), "two tokens: which one is judged?"),
    (400, (b"X-Auth-Token: a", b"x-auth-token: a"), "twice the same token"),
    (400, (b"X-Subject-Token: a", b"X-Subject-Token: b"), "two subjects"),
    (400, (b"Authorization: a", b"Authorization: b"), "two signatures"),
    (400, (b"X-Project-Id: a", b"X-Project-Id: b"), "two projects"),
    (400, (b"X-Sdk-Date: a", b"X-Sdk-Date: b"), "two dates of signing"),
    (400, (b"X-Security-Token: a", b"X-Security-Token: b"), "two temporary tokens"),
    (400, (b"X-EVS-Gateway-Scope: a", b"X-EVS-Gateway-Scope: b"), "two scopes"),
    (400, (HOST,), "twice the same host"),
    (400, (b"Host: other.example",), "two hosts"),
    (400, (b"X_Auth_Token: a",), "WSGI servers read an underscore as a hyphen"),
    (400, (b"X_AUTH-TOKEN: a",), "one underscore suffices"),
    (400, (b"Content_Length: 5",), "a length by its twin"),
    (400, (b"Transfer_Encoding: chunked",), "a coding by its twin"),
    (400, (b"Content_Type: text/plain",), "a type by its twin"),
    (400, (b"X_User_Id: admin",), "an identity by its twin"),
    (400, (b"X_Service_Roles: admin",), "a service by its twin"),
    (400, (b"X_HTTP_Method_Override: DELETE",), "a method by its twin"),
    (400, (b"Connection: X-Auth-Token", b"X-Auth-Token: a"), "the token would be judged and dropped"),
    (400, (b"Connection: close, x-auth-token",), "among others, in lower case"),
    (400, (b"Connection: close", b"Connection: Authorization"), "in a second line"),
    (400, (b"Connection: Host",), "the host would be dropped"),
    (400, (b"Connection: Content-Type",), "the type would be dropped"),
    (400, (b"Connection: Content-Length",), "the length would be dropped"),
    (400, (b"Connection: X-Project-Id",), "the project would be dropped"),
    (400, (b"X-Odd : a",), "a blank before the colon"),
    (400, (b"X-Odd\t: a",), "a tab before the colon"),
    (400, (b" X-Odd: a",), "a folded line, first of all"),
    (400, (b"X-Odd: a", b" b"), "a folded line"),
    (400, (b"X-Odd: a", b"\tX-Auth-Token: b"), "a folded line with a header in it"),
    (400, (b": a",), "no name"),
    (400, (b"X-Odd",), "no colon"),
    (400, (b"X Odd: a",), "a blank in a name"),
    (400, (b"X(Odd): a",), "a comment in a name"),
    (400, (b"X-\xc3\xa9: a",), "no ASCII in a name"),
    (400, (b"X-\x00: a",), "NUL in a name"),
    (400, (b"X-Odd: a\x00b",), "NUL in a value"),
    (400, (b"X-Odd: a\rb",), "a bare CR in a value"),
    (400, (b"X-Odd: a\nX-Auth-Token: b",), "a bare LF makes a header"),
    (400, (b"X-Odd: a\r\rX-Auth-Token: b",), "two CR"),
    (400, (b"X-Odd: \x1b[2J",), "an escape for a terminal"),
    (400, (b"X-Odd: \x7f",), "the delete character"),
    (400, (b"X-Odd: \x0b",), "a vertical tab"),
    (417, (b"Expect: 200-ok",), "nobody expects that"),
    (431, tuple(b"X-%d: a" % number for number in range(200)), "more headers than anybody sends"),
    (431, (b"X-Odd: " + b"a" * 262_100,), "a header larger than two tokens"),
    (431, (b"X-Odd: " + b"a" * 300_000,), "a head that is not waited for"),
)

# What replaces the Host line: (status, line, why)

HOSTS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"Host: gw", "a name without port"),
    (0, b"Host: 127.0.0.1:1", "an address"),
    (0, b"Host: [::1]:8776", "an address of version 6"),
    (0, b"Host: gw_1.docker:1", "a name with an underscore"),
    (400, b"X-Odd: a", "no host"),
    (400, b"Host:", "an empty host"),
    (400, b"Host: a b", "a blank in the host"),
    (400, b"Host: a, b", "a list of hosts"),
    (400, b"Host: user@gw", "a user part"),
    (400, b"Host: gw/v2", "a path"),
    (400, b"Host: http://gw", "a scheme"),
    (400, b"Host: gw:", "no port behind the colon"),
    (400, b"Host: gw:80a", "a port with a letter"),
    (400, b"Host: gw:999999", "a port too large"),
    (400, b"Host: [::1", "half a bracket"),
    (400, b"Host: gw#a", "a fragment"),
    (400, b'Host: gw"', "a quote, for links in answers"),
    (400, b"Host: gw\xe9", "no ASCII"),
    (400, b"Host : gw", "a blank before the colon"),
)

# Request lines: (status, line, why)

LINES: tuple[tuple[int, bytes, str], ...] = (
    (400, b"GET " + ELSEWHERE, "no version: HTTP/0.9"),
    (400, b"GET", "a method alone"),
    (400, b"GET  " + ELSEWHERE + b" HTTP/1.1", "two blanks"),
    (400, b"GET " + ELSEWHERE + b"  HTTP/1.1", "two blanks, later"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1.1 ", "a blank at the end"),
    (400, b" GET " + ELSEWHERE + b" HTTP/1.1", "a blank at the beginning"),
    (400, b"GET\t" + ELSEWHERE + b" HTTP/1.1", "a tab"),
    (400, b"GET " + ELSEWHERE + b"\tHTTP/1.1", "a tab, later"),
    (400, b"GET " + ELSEWHERE + b" b HTTP/1.1", "a blank in the target"),
    (400, b"GET " + ELSEWHERE + b"\x00 HTTP/1.1", "NUL in the target"),
    (400, b"GET " + ELSEWHERE + b"\x0b HTTP/1.1", "a vertical tab in the target"),
    (400, b"GET " + ELSEWHERE + b" http/1.1", "a version in lower case"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1.10", "a version of two digits"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1", "half a version"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1,1", "a comma in the version"),
    (400, b"GET " + ELSEWHERE + b" RTSP/1.0", "another protocol"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1.1\rX: y", "a bare CR"),
    (400, b"GET " + ELSEWHERE + b" HTTP/1.1\nX: y", "a bare LF"),
    (400, b"G\xc3\x89T " + ELSEWHERE + b" HTTP/1.1", "no ASCII in the method"),
    (400, b"GET: " + ELSEWHERE + b" HTTP/1.1", "a colon in the method"),
    (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS on a plain port"),
    (400, b"\x00", "NUL"),
    (400, b"{}", "a body without head"),
    (505, b"GET " + ELSEWHERE + b" HTTP/1.2", "a version to come"),
    (505, b"GET " + ELSEWHERE + b" HTTP/0.9", "a version that was"),
    (505, b"GET " + ELSEWHERE + b" HTTP/2.0", "a version that is spoken otherwise"),
    (505, b"PRI * HTTP/2.0", "the preface of HTTP/2"),
    (501, b"get " + ELSEWHERE + b" HTTP/1.1", "methods have a case"),
    (501, b"TRACE " + ELSEWHERE + b" HTTP/1.1", "would send the token back"),
    (501, b"CONNECT gw.example:443 HTTP/1.1", "a tunnel"),
    (501, b"CONNECT " + ELSEWHERE + b" HTTP/1.1", "a tunnel to a path"),
    (501, b"PROPFIND " + ELSEWHERE + b" HTTP/1.1", "a method of others"),
    (501, b"DELETEX " + ELSEWHERE + b" HTTP/1.1", "nearly a method"),
    (501, b"M-SEARCH " + ELSEWHERE + b" HTTP/1.1", "a method of devices"),
)

# Framing of a POST: (status, lines, what follows, why). What follows holds a request that nobody may see.

FRAMINGS: tuple[tuple[int, tuple[bytes, ...], bytes, str], ...] = (
    (400, (b"Content-Length: 2", b"Transfer-Encoding: chunked"), b"0\r\n\r\n", "CL.TE"),
    (400, (b"Transfer-Encoding: chunked", b"Content-Length: 5"), b"0\r\n\r\n", "TE.CL"),
    (400, (b"Content-Length: 0", b"Transfer-Encoding: chunked"), b"0\r\n\r\n", "a length of nothing and chunks"),
    (400, (b"Content-Length: 2", b"Content-Length: 2"), b"{}", "twice the same length"),
    (400, (b"Content-Length: 2", b"Content-Length: 90"), b"{}", "two lengths"),
    (400, (b"Content-Length: 90", b"Content-Length: 2"), b"{}", "two lengths, the other way round"),
    (400, (b"Content-Length: 2, 2",), b"{}", "a list of lengths"),
    (400, (b"Content-Length: 2,",), b"{}", "a list with nothing"),
    (400, (b"Content-Length:",), b"{}", "an empty length"),
    (400, (b"Content-Length: +2",), b"{}", "a plus"),
    (400, (b"Content-Length: -2",), b"{}", "a minus"),
    (400, (b"Content-Length: 02",), b"{}", "octal for some"),
    (400, (b"Content-Length: 0x2",), b"{}", "hexadecimal"),
    (400, (b"Content-Length: 2.0",), b"{}", "a decimal"),
    (400, (b"Content-Length: 2e0",), b"{}", "an exponent"),
    (400, (b"Content-Length: 2_0",), b"{}", "an underscore, which Python reads"),
    (400, (b"Content-Length: 2 2",), b"{}", "a blank inside"),
    (400, (b"Content-Length: \xd9\xa2",), b"{}", "a digit of another script"),
    (400, (b"Content-Length: two",), b"{}", "a word"),
    (400, (b"Content-Length: 99999999999999999999",), b"{}", "beyond 64 bits"),
    (400, (b"Content-Length: 18446744073709551618",), b"{}", "2 modulo 64 bits"),
    (400, (b"Content-Length : 2",), b"{}", "a blank before the colon"),
    (400, (b"Content-Length\x00: 2",), b"{}", "NUL in the name"),
    (400, (b" Content-Length: 2",), b"{}", "folded"),
    (400, (b"Content-Length:\x0b2",), b"{}", "a vertical tab"),
    (400, (b"X: a\nContent-Length: 2",), b"{}", "behind a bare LF"),
    (400, (b"X: a\rContent-Length: 2",), b"{}", "behind a bare CR"),
    (400, (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), b"0\r\n\r\n", "chunked twice"),
    (400, (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"), b"0\r\n\r\n", "TE.TE"),
    (400, (b"Transfer-Encoding: chunked", b"Transfer-encoding: cow"), b"0\r\n\r\n", "TE.TE, with a cow"),
    (400, (b"Transfer-Encoding : chunked",), b"0\r\n\r\n", "a blank before the colon"),
    (400, (b"Transfer-Encoding\t: chunked",), b"0\r\n\r\n", "a tab before the colon"),
    (400, (b" Transfer-Encoding: chunked",), b"0\r\n\r\n", "folded"),
    (400, (b"Transfer-Encoding:\x0bchunked",), b"0\r\n\r\n", "a vertical tab"),
    (400, (b"Transfer-Encoding:", b" chunked"), b"0\r\n\r\n", "folded behind the colon"),
    (400, (b"X: a\nTransfer-Encoding: chunked",), b"0\r\n\r\n", "behind a bare LF"),
    (501, (b"Transfer-Encoding: gzip, chunked",), b"0\r\n\r\n", "a compressed body"),
    (501, (b"Transfer-Encoding: chunked, gzip",), b"0\r\n\r\n", "chunked, but not last"),
    (501, (b"Transfer-Encoding: chunked, chunked",), b"0\r\n\r\n", "chunked twice in a list"),
    (501, (b"Transfer-Encoding: identity",), b"0\r\n\r\n", "identity is no coding any more"),
    (501, (b"Transfer-Encoding: xchunked",), b"0\r\n\r\n", "nearly chunked"),
    (501, (b"Transfer-Encoding: chunked;q=1",), b"0\r\n\r\n", "chunked with a parameter"),
    (501, (b'Transfer-Encoding: "chunked"',), b"0\r\n\r\n", "chunked in quotes"),
    (501, (b"Transfer-Encoding: ,chunked",), b"0\r\n\r\n", "an empty coding before"),
    (501, (b"Transfer-Encoding: chunked,",), b"0\r\n\r\n", "an empty coding behind"),
    (501, (b"Transfer-Encoding:",), b"0\r\n\r\n", "no coding at all"),
    (501, (b"Transfer-Encoding: \xa0chunked",), b"0\r\n\r\n", "a blank of latin-1"),
)

# Chunked bodies: (status or 0, wire, body, why)

CHUNKS: tuple[tuple[int, bytes, bytes, str], ...] = (
    (0, b"2\r\n{}\r\n0\r\n\r\n", b"{}", "a chunked request of a client"),
    (0, b"0\r\n\r\n", b"", "no chunk"),
    (0, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"{}", "two chunks"),
    (0, b"0002\r\n{}\r\n000\r\n\r\n", b"{}", "leading zeros"),
    (0, b"A\r\n[123456,7]\r\n0\r\n\r\n", b"[123456,7]", "a hex digit"),
    (0, b'2;a=b;c="d e"\r\n{}\r\n0;x\r\n\r\n', b"{}", "extensions, which mean nothing"),
    (0, b"2\r\n{}\r\n0\r\nX-Auth-Token: other\r\nX-Roles: admin\r\n\r\n", b"{}", "trailers never become headers"),
    (0, b"2\r\n{}\r\n0\r\nContent-Length: 90\r\nContent-Type: text/plain\r\n\r\n", b"{}", "trailers about the framing"),
    (400, b"2\n{}\r\n0\r\n\r\n", b"", "a bare LF behind the size"),
    (400, b"2\r{}\r\n0\r\n\r\n", b"", "a bare CR behind the size"),
    (400, b"2 \r\n{}\r\n0\r\n\r\n", b"", "a blank behind the size"),
    (400, b" 2\r\n{}\r\n0\r\n\r\n", b"", "a blank before the size"),
    (400, b"0x2\r\n{}\r\n0\r\n\r\n", b"", "a prefix"),
    (400, b"+2\r\n{}\r\n0\r\n\r\n", b"", "a plus"),
    (400, b"-2\r\n{}\r\n0\r\n\r\n", b"", "a minus"),
    (400, b"2_0\r\n{}\r\n0\r\n\r\n", b"", "an underscore"),
    (400, b"\r\n{}\r\n0\r\n\r\n", b"", "no size"),
    (400, b"g\r\n{}\r\n0\r\n\r\n", b"", "no hex digit"),
    (400, b"10000000000000002\r\n{}\r\n0\r\n\r\n", b"", "2 modulo 64 bits"),
    (400, b"2;\x00\r\n{}\r\n0\r\n\r\n", b"", "NUL in an extension"),
    (400, b"2;a\nb\r\n{}\r\n0\r\n\r\n", b"", "a bare LF in an extension"),
    (400, b"2;a\rb\r\n{}\r\n0\r\n\r\n", b"", "a bare CR in an extension"),
    (400, b"2;" + b"a" * 1000 + b"\r\n{}\r\n0\r\n\r\n", b"", "an endless extension"),
    (400, b"2\r\n{}0\r\n\r\n", b"", "no line end behind a chunk"),
    (400, b"2\r\n{}\n0\r\n\r\n", b"", "a bare LF behind a chunk"),
    (400, b"2\r\n{}XX0\r\n\r\n", b"", "two other bytes behind a chunk"),
    (400, b"1\r\n{}\r\n0\r\n\r\n", b"", "a chunk longer than its size"),
    (400, b"2\r\n{}\r\n0\n\r\n", b"", "a bare LF behind the last size"),
    (400, b"2\r\n{}\r\n0\r\nX: a\n\r\n", b"", "a bare LF in a trailer"),
    (400, b"2\r\n{}\r\n0\r\nX : a\r\n\r\n", b"", "a malformed trailer"),
    (400, b"2\r\n{}\r\n0\r\n X: a\r\n\r\n", b"", "a folded trailer"),
    (400, b"2\r\n{}\r\n0\r\n" + b"X: a\r\n" * 2000 + b"\r\n", b"", "endless trailers"),
    (400, b"2\r\n{}\r\n0\r\n" + SMUGGLED, b"", "a request in the place of trailers"),
)

# Bodies: (status or 0, content type, body, why)

BODIES: tuple[tuple[int, bytes, bytes, str], ...] = (
    (0, b"application/json", b'{"a": [1, 2.5, -0, 1e2, true, null, "\\u00e9\\ud83d\\ude00"]}', "every kind of value"),
    (0, b"application/json", b' \t\r\n{"a" :\n1 } \n', "white space is kept"),
    (0, b"application/json", '{"é": "你好"}'.encode(), "UTF-8"),
    (0, b"application/json", b'{"b": 1, "a": 2}', "the order of keys is kept"),
    (0, b"application/json", b'{"a": 10.0, "b": 1E2, "c": 1.50}', "the form of numbers is kept"),
    (0, b"application/json", b'{"\\u0061": "\\/"}', "the form of strings is kept"),
    (0, b"application/json", b"[" * 60 + b"]" * 60, "deep, but bounded"),
    (0, b"application/json", b"[18446744073709551615, -9223372036854775808]", "the largest integers"),
    (0, b"application/json", b'{"a": 1, "A": 2}', "keys have a case"),
    (0, b"application/json", b'{"\xc3\xa9": 1, "e\xcc\x81": 2}', "keys are not normalised"),
    (0, b"application/json", b'{"__proto__": {}, "constructor": {}}', "names that are special elsewhere"),
    (0, b"application/json", b"null", "null is a body"),
    (0, b"application/json", b'"text"', "a text is JSON"),
    (0, b"application/json;charset=utf-8", b"{}", "a charset that is the right one"),
    (0, b'Application/JSON; Charset="UTF-8"', b"{}", "in capitals and quotes"),
    (0, b"application/vnd.x+json", b"{}", "a suffix"),
    (0, b"text/plain", b"{}", "JSON by another name is read as JSON"),
    (
        0,
        b"application/octet-stream",
        b"\x00\xff\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "opaque bytes that look like framing",
    ),
    (0, b"application/x-www-form-urlencoded", b"_method=DELETE&a=b", "a form is opaque"),
    (400, b"application/json", b'{"a": 1, "a": 2}', "the same key twice"),
    (400, b"application/json", b'{"a": 1, "a": 1}', "the same key twice with the same value"),
    (400, b"application/json", b'{"a": 1, "\\u0061": 2}', "the same key by an escape"),
    (400, b"application/json", b'{"x": {"y": {"a": 1, "a": 2}}}', "the same key twice, deeper"),
    (400, b"application/json", b'[[{"a": 1, "b": 0, "a": 2}]]', "the same key twice, in lists"),
    (400, b"text/plain", b'{"a": 1, "a": 2}', "another type is no way around"),
    (400, b"application/json", b"\xef\xbb\xbf{}", "a byte order mark"),
    (400, b"text/plain", b"\xef\xbb\xbf{}", "a byte order mark, by another type"),
    (400, b"application/json", '{"a": 1}'.encode("utf-16"), "UTF-16 with its mark"),
    (400, b"application/json", '{"a": 1}'.encode("utf-16-le"), "UTF-16"),
    (400, b"application/json", '{"a": 1}'.encode("utf-32-be"), "UTF-32"),
    (400, b"application/json", b'{"a": "\xe9"}', "latin-1"),
    (400, b"application/json", b'{"a": "\xc0\xae"}', "overlong UTF-8"),
    (400, b"application/json", b'{"a": "\xed\xa0\x80"}', "half of a surrogate pair in UTF-8"),
    (400, b"application/json", b'{"a": "\\ud800"}', "half of a surrogate pair"),
    (400, b"application/json", b'{"\\udc00": 1}', "half of a surrogate pair in a key"),
    (400, b"application/json", b'{"a": "\\ude00\\ud83d"}', "a surrogate pair the wrong way round"),
    (400, b"application/json", b'{"size": NaN}', "NaN"),
    (400, b"application/json", b'{"size": Infinity}', "Infinity"),
    (400, b"application/json", b'{"size": -Infinity}', "-Infinity"),
    (400, b"application/json", b'{"size": 1e400}', "a number that is infinite to some"),
    (400, b"application/json", b'{"size": 1e-400}', "a number that is zero to some"),
    (400, b"application/json", b'{"size": 18446744073709551616}', "beyond 64 bits"),
    (400, b"application/json", b'{"size": ' + b"1" * 10_000 + b"}", "a number of 10,000 digits"),
    (400, b"application/json", b"[" * 65 + b"]" * 65, "too deep"),
    (400, b"application/json", b"[" * 100_000, "a stack is not endless"),
    (400, b"application/json", b'{"a":' * 100_000, "neither with objects"),
    (400, b"application/json", b"{} {}", "two values"),
    (400, b"application/json", b'{}{"os-detach": {}}', "a second action behind the value"),
    (400, b"application/json", b"{}\x00", "NUL behind the value"),
    (400, b"application/json", b"{} // comment", "a comment"),
    (400, b"application/json", b"{/**/}", "another comment"),
    (400, b"application/json", b'{"a": 1,}', "a comma too many"),
    (400, b"application/json", b"{'a': 1}", "single quotes"),
    (400, b"application/json", b"{a: 1}", "a key without quotes"),
    (400, b"application/json", b'{"a": 01}', "a leading zero"),
    (400, b"application/json", b'{"a": +1}', "a plus"),
    (400, b"application/json", b'{"a": .5}', "no digit before the point"),
    (400, b"application/json", b'{"a": 0x10}', "hexadecimal"),
    (400, b"application/json", b'{"a": "b\nc"}', "a raw line break in a text"),
    (400, b"application/json", b'{"a": "\\x41"}', "an escape of others"),
    (400, b"application/json", b'{"a": True}', "Python is not JSON"),
    (400, b"application/json", b'{"a": 1', "cut off"),
    (400, b"application/json", b" ", "nothing but white space"),
    (400, b"application/json", b"\xc2\xa0{}", "a blank of another script"),
    (400, b"application/json", b")]}',\n{}", "a prefix of old browsers"),
    (415, b"application/json; charset=utf-16", b"{}", "another charset"),
    (415, b"application/json; charset=utf-7", b'{"a": "+ADw-"}', "a charset hidden in ASCII"),
    (415, b"application/json; charset=utf-8; charset=utf-16", b"{}", "two charsets"),
    (415, b"application/json, text/xml", b"{}", "two types"),
    (415, b"json", b"{}", "no type"),
    (415, b"application/json; a b", b"{}", "a malformed parameter"),
)


def targets() -> Iterator[Case]:
    for status, target, why in TARGETS:
        said = request(b"GET", target)
        yield refused(status, why, said) if status else passed(why, said)
    for method, target, body, why in DISGUISED:
        yield refused(400, why, request(method, target, JSON, body=body) if body else request(method, target))


def headers() -> Iterator[Case]:
    for status, lines, why in HEADERS:
        said = request(b"GET", ELSEWHERE, *lines)
        yield refused(status, why, said) if status else passed(why, said)
    for status, line, why in HOSTS:
        said = request(b"GET", ELSEWHERE).replace(HOST, line)
        yield refused(status, why, said) if status else passed(why, said)
    for status, line, why in LINES:
        yield refused(status, why, line + b"\r\n" + HOST + b"\r\n\r\n")


def framings() -> Iterator[Case]:
    for status, lines, body, why in FRAMINGS:
        yield refused(status, why, request(b"POST", ELSEWHERE, *lines, body=body) + SMUGGLED)
    for status, wire, body, why in CHUNKS:
        said = request(b"POST", ELSEWHERE, JSON, b"Transfer-Encoding: chunked", body=wire)
        as_if = request(b"POST", ELSEWHERE, JSON, body=body)
        yield refused(status, why, said + SMUGGLED) if status else passed(why, said, as_if)
    for number in (b"GET", b"DELETE", b"HEAD"):
        said = request(number, ELSEWHERE, b"Transfer-Encoding: gzip", body=b"0\r\n\r\n") + SMUGGLED
        yield refused(501, f"a coding of {number.decode()}", said)
    old = request(b"POST", ELSEWHERE, b"Transfer-Encoding: chunked", body=b"0\r\n\r\n").replace(b"TP/1.1", b"TP/1.0")
    yield refused(400, "chunks in HTTP/1.0", old + SMUGGLED)


def bodies() -> Iterator[Case]:
    for status, media, body, why in BODIES:
        said = request(b"POST", ELSEWHERE, b"Content-Type: " + media, body=body)
        yield refused(status, why, said) if status else passed(why, said)
    for coding in (b"gzip", b"deflate", b"br", b"identity, gzip", b"x"):
        said = request(b"POST", ELSEWHERE, JSON, b"Content-Encoding: " + coding, body=b"{}")
        yield refused(415, f"coded by {coding.decode()}", said)
    yield passed("identity is no coding", request(b"POST", ELSEWHERE, b"Content-Encoding: identity", body=b"{}"))
    yield passed("no type, which is JSON", request(b"POST", ELSEWHERE, body=b"{}"))
    yield refused(400, "no type, and no JSON", request(b"POST", ELSEWHERE, body=b"a=b"))
    twice = request(b"POST", ELSEWHERE, JSON, b"Content-Type: text/plain", body=b"{}")
    yield refused(400, "two types in two lines", twice)
    yield refused(400, "twice the same type", request(b"POST", ELSEWHERE, JSON, JSON, body=b"{}"))
    coded = request(b"POST", ELSEWHERE, b"Content-Encoding: identity", b"Content-Encoding: gzip", body=b"{}")
    yield refused(400, "two codings in two lines", coded)
    yield passed("a DELETE with a length of nothing", request(b"DELETE", ELSEWHERE, b"Content-Length: 0"))
    yield passed("a POST without a body", request(b"POST", ELSEWHERE, b"Content-Length: 0"))
    yield passed("a body of 1 MB", request(b"POST", ELSEWHERE, JSON, body=b'"' + b"a" * 1_000_000 + b'"'))
    large = request(b"POST", ELSEWHERE, JSON, b"Content-Length: 12582913")
    yield refused(413, "announced over the bound, and not waited for", large)
    yield refused(413, "a length of nearly 64 bits", large.replace(b"12582913", b"9" * 18))
    upgrade = request(b"POST", ELSEWHERE, JSON, b"Connection: Upgrade", b"Upgrade: h2c", body=b'{"a": 1}')
    yield passed("an offer to upgrade takes no body away", upgrade)


def pipelines() -> Iterator[Case]:
    first, second = request(b"GET", ELSEWHERE + b"/1"), request(b"POST", ELSEWHERE + b"/2", JSON, body=b'{"a": 2}')
    bad, chunked = b"garbage\r\n\r\n", request(b"POST", ELSEWHERE, JSON, b"Transfer-Encoding: chunked")
    yield Case("two legal requests", first + second, (200, 200), (first, second))
    yield Case("one empty line between two requests", first + b"\r\n" + second, (200, 200), (first, second))
    yield Case("garbage behind a legal request", first + bad, (200, 400), (first,))
    yield Case("garbage behind two legal requests", first + second + bad, (200, 200, 400), (first, second))
    yield Case("a legal request behind garbage is not read", first + bad + second, (200, 400), (first,))
    yield Case(
        "a refused request between two legal ones",
        first + request(b"GET", b"/v2/..") + second,
        (200, 400, 200),
        (first, second),
    )
    two_ways = request(b"POST", ELSEWHERE, b"Content-Length: 2", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")
    yield Case("smuggling behind a legal request", first + two_ways + SMUGGLED, (200, 400), (first,))
    yield Case("a broken body behind a legal request", first + chunked + b"zz\r\n" + SMUGGLED, (200, 400), (first,))
    yield Case("bytes behind the body", second + b"X" + first, (200, 501), (second,))
    yield Case("a body behind a GET", first + b'{"a": 1}\r\n' + second, (200, 400), (first,))
    yield Case("HTTP/2 behind HTTP/1", first + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (200, 505), (first,))
    last = request(b"GET", ELSEWHERE, b"Connection: close")
    yield Case("nothing is read behind the last request", last + second, (200,), (last,))
    old = first.replace(b"HTTP/1.1", b"HTTP/1.0")
    yield Case("nothing is read behind HTTP/1.0", old + second, (200,), (first,))
    upgraded = request(b"GET", ELSEWHERE, b"Connection: Upgrade", b"Upgrade: websocket")
    yield Case("requests behind an offer to upgrade are requests", upgraded + second, (200, 200), (upgraded, second))
    late = request(b"POST", ELSEWHERE, b"Content-Length: 9", b"Connection: close")
    yield Case("a body that does not come", late + b"{}", (408,))
    yield Case("a head that does not end", b"GET / HTTP/1.1\r\nHost: gw\r\nX-", (408,))
    yield Case("a second head that does not end", first + b"GET / HT", (200, 408), (first,))
    yield Case("chunks that do not end", chunked + b"2\r\n{}\r\n", (408,))
    yield Case("two empty lines", b"\r\n\r\n" + first, (400,))
    many = tuple(request(b"GET", ELSEWHERE + b"/%d" % number) for number in range(50))
    yield Case("fifty requests at once", b"".join(many), (200,) * 50, many)


CORPUS: tuple[Case, ...] = (*targets(), *headers(), *framings(), *bodies(), *pipelines())
