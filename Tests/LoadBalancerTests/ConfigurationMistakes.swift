/// Files with mistakes and the first lines of all messages about each, warnings included.
enum ConfigurationMistakes {
    struct Case: Sendable {
        let text: String
        let messages: [String]
    }

    /// A file without mistakes but for `change`, in which `old` becomes `new`.
    private static func base(_ old: String, _ new: String, _ messages: String...) -> Case {
        precondition(right.contains(old), "the base holds what is to be changed")
        return Case(text: right.replacing(old, with: new, maxReplacements: 1), messages: messages)
    }

    private static func whole(_ text: String, _ messages: String...) -> Case { Case(text: text, messages: messages) }

    static let right = """
        version: 1
        process: { threads: 2, pin: true }
        limits: { head: 16KiB }
        timeouts: { head: 10s }
        listeners:
          web: { bind: "127.0.0.1:80", pool: web }
          db: { bind: ":5432", protocol: tcp, pool: db }
        routes:
          - { listener: web, host: app.example, path: /api/*, pool: api }
        pools:
          web: { servers: [10.0.0.1:80], health: /healthz }
          api: { servers: [10.0.0.2:80] }
          db: { servers: [10.0.0.3:5432], health: tcp }

        """

    static let cases: [Case] = [
        base(
            "version: 1\n", "",
            "1:1: error: missing key 'version' at the top; it must be 1"),
        base(
            "version: 1", "version: 2",
            "1:10: error: version must be 1, not '2'"),
        base(
            "version: 1", "version: '1'",
            "1:10: error: version must be 1, not '1'; write it without quotes"),
        base(
            "version: 1", "version:",
            "1:9: error: version has no value; give one, or leave the key out"),
        base(
            "version: 1", "version: 01",
            "1:10: error: version must be 1, not '01'; write it without a leading zero"),
        base(
            "version: 1", "version: one",
            "1:10: error: version must be 1, not 'one'"),
        base(
            "version: 1", "version: [1]",
            "1:10: error: version must be 1, not a list"),
        base(
            "process:", "proces:",
            "2:1: error: unknown key 'proces' at the top; did you mean 'process'?"),
        base(
            "threads: 2", "threads: 0",
            "2:21: error: process.threads must be 1 to 256, not '0'"),
        base(
            "threads: 2", "threads: 99999999999999999999",
            "2:21: error: process.threads must be 1 to 256, not '99999999999999999999'"),
        base(
            "threads: 2", "threds: 2",
            "2:12: error: unknown key 'threds' in process; did you mean 'threads'?"),
        base(
            "threads: 2", "wibble: 2",
            "2:12: error: unknown key 'wibble' in process; keys are: threads, pin, max_connections, drain_timeout"),
        base(
            "threads: 2", "threads: 2, threads: 3",
            "2:24: error: duplicate key 'threads' in process"),
        base(
            "pin: true", "pin: yes",
            "2:29: error: process.pin must be true or false, not 'yes'; did you mean 'true'?"),
        base(
            "pin: true", "pin: True",
            "2:29: error: process.pin must be true or false, not 'True'; did you mean 'true'?"),
        base(
            "pin: true", "pin: 'true'",
            "2:29: error: process.pin must be true or false, not 'true'; write it without quotes"),
        base(
            "pin: true", "pin: off",
            "2:29: error: process.pin must be true or false, not 'off'; did you mean 'false'?"),
        base(
            "pin: true", "pin: perhaps",
            "2:29: error: process.pin must be true or false, not 'perhaps'"),
        base(
            "pin: true", "pin: ~",
            "2:29: error: process.pin has no value; give one, or leave the key out"),
        base(
            "head: 16KiB", "head: 16KB",
            "3:17: error: limits.head must be a size such as 512, 16KiB, 10MiB or 1GiB, not '16KB'; did you mean '16KiB'?"
        ),
        base(
            "head: 16KiB", "head: 16 KiB",
            "3:17: error: limits.head must be a size such as 512, 16KiB, 10MiB or 1GiB, not '16 KiB'; write the unit right after the number"
        ),
        base(
            "head: 16KiB", "head: 1.5MiB",
            "3:17: error: limits.head must be a size such as 512, 16KiB, 10MiB or 1GiB, not '1.5MiB'; write a whole number and a smaller unit"
        ),
        base(
            "head: 16KiB", "head: 99999999999GiB",
            "3:17: error: limits.head must be a size such as 512, 16KiB, 10MiB or 1GiB, not '99999999999GiB'; the number is too large"
        ),
        base(
            "head: 16KiB", "head: 2GiB",
            "3:17: error: limits.head must be 1KiB to 1MiB, not '2GiB'"),
        base(
            "head: 16KiB", "head: 4KiB",
            "3:9: error: limits.target must not be larger than limits.head, of which it is a part"),
        base(
            "head: 16KiB", "head: 16384B",
            "3:17: error: limits.head must be a size such as 512, 16KiB, 10MiB or 1GiB, not '16384B'; octets need no unit: '16384'"
        ),
        base(
            "head: 16KiB", "<<: 16KiB",
            "3:11: error: unknown key '<<' in limits; merge keys are not supported"),
        base(
            "head: 10s", "head: 10",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '10'; give a unit, such as '10s'"
        ),
        base(
            "head: 10s", "head: 10sec",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '10sec'; did you mean '10s'?"
        ),
        base(
            "head: 10s", "head: 1m30s",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '1m30s'; units are ms, s, m and h, one of them"
        ),
        base(
            "head: 10s", "head: 0s",
            "4:19: error: timeouts.head must be 10ms to 1h, not '0s'"),
        base(
            "head: 10s", "head: 5min",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '5min'; did you mean '5m'?"),
        base(
            "head: 10s", "head: -1s",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '-1s'"),
        base(
            "head: 10s", "head: 2d",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not '2d'; did you mean '48h'?"),
        base(
            "head: 10s", "head: [10s]",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not a list"),
        base(
            "head: 10s", "head: { s: 10 }",
            "4:19: error: timeouts.head must be a duration such as 500ms, 5s, 1m or 1h, not a map"),
        base(
            "bind: \"127.0.0.1:80\"", "bind: 127.0.0.1",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not '127.0.0.1'; give a port as well, as in '127.0.0.1:80'"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: 80",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not '80'; give a host as well, as in '127.0.0.1:80'"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: \"::1:80\"",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not '::1:80'; an IPv6 address needs brackets, as in '[::1]:80'"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: [::1]:80",
            "6:16: error: an IPv6 address in brackets needs quotes around it, such as \"[::1]:80\""),
        base(
            "bind: \"127.0.0.1:80\"", "bind: localhost:80",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not 'localhost:80'; give an address of this machine; names are not looked up here"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: \"127.0.0.1:65536\"",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not '127.0.0.1:65536'; a port is a number up to 65535"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: http://127.0.0.1:80",
            "6:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not 'http://127.0.0.1:80'; leave out the scheme, as in 'app.example:80'"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: []",
            "6:16: error: listeners.web.bind is empty; it needs at least one"),
        base(
            "bind: \"127.0.0.1:80\", ", "",
            "6:8: error: missing key 'bind' in listeners.web; it must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, or a list"
        ),
        base(
            "bind: \"127.0.0.1:80\"", "bind: [\"127.0.0.1:80\", \"127.0.0.1:80\"]",
            "6:33: error: 127.0.0.1:80 is listened on twice"),
        base(
            "bind: \"127.0.0.1:80\"", "bind: [\"127.0.0.1:80\", \"[::ffff:127.0.0.1]:80\"]",
            "6:33: error: 127.0.0.1:80 is listened on twice"),
        base(
            "protocol: tcp", "protocol: tpc",
            "7:34: error: listeners.db.protocol must be http or tcp, not 'tpc'; did you mean 'tcp'?"),
        base(
            "protocol: tcp", "protocol: udp",
            "7:34: error: listeners.db.protocol must be http or tcp, not 'udp'"),
        base(
            ", pool: db }", " }",
            "7:3: error: TCP listener 'db' needs 'pool': there are no routes for TCP"),
        base(
            "pool: db }", "pool: db, trusted_proxies: [10.0.0.0/8] }",
            "7:66: error: TCP has no forwarded fields; remove 'trusted_proxies' from listener 'db'"),
        base(
            "\"127.0.0.1:80\", pool: web }", "\"127.0.0.1:80\", pool: wbe }",
            "6:38: error: no pool named 'wbe'; pools are: web, api, db; did you mean 'web'?"),
        base(
            "\"127.0.0.1:80\", pool: web }", "\"127.0.0.1:80\", pool: web, trusted_proxies: [10.0.0.1/8] }",
            "6:61: error: listeners.web.trusted_proxies[] must be addresses such as 10.0.0.0/8 or 2001:db8::/32, not '10.0.0.1/8'; did you mean '10.0.0.0/8'?"
        ),
        base(
            "\"127.0.0.1:80\", pool: web }", "\"127.0.0.1:80\", pool: web, trusted_proxies: [ten] }",
            "6:61: error: listeners.web.trusted_proxies[] must be addresses such as 10.0.0.0/8 or 2001:db8::/32, not 'ten'"
        ),
        base(
            "  web: {", "  w b: {",
            "6:3: error: 'w b' in listeners must be 1 to 64 letters, digits, '_', '-' and '.'",
            "9:17: error: no listener named 'web'; listeners are: w b, db; did you mean 'w b'?"),
        base(
            "  db: { bind: \":5432\"", "  web: { bind: \":5432\"",
            "7:3: error: duplicate key 'web' in listeners"),
        base(
            "listener: web, ", "listener: db, ",
            "9:17: error: listener 'db' is TCP and has no requests to route; give it a 'pool' instead"),
        base(
            "listener: web, ", "listener: wbe, ",
            "9:17: error: no listener named 'wbe'; listeners are: web, db; did you mean 'web'?"),
        base(
            "listener: web, ", "",
        ),
        base(
            "host: app.example, path: /api/*, ", "",
            "9:5: error: a route needs 'host' or 'path'; a listener's own 'pool' takes everything else"),
        base(
            "host: app.example", "host: 'app.example:80'",
            "9:28: error: routes[].host must be a host such as app.example or *.app.example, not 'app.example:80'; leave out the port"
        ),
        base(
            "host: app.example", "host: *.example",
            "9:28: error: a value cannot begin with * unless quotes stand around it"),
        base(
            "host: app.example", "host: 'a*.example'",
            "9:28: error: routes[].host must be a host such as app.example or *.app.example, not 'a*.example'; '*.' can only stand in front of a whole name"
        ),
        base(
            "host: app.example", "host: https://app.example",
            "9:28: error: routes[].host must be a host such as app.example or *.app.example, not 'https://app.example'; leave out the scheme and the path"
        ),
        base(
            "host: app.example", "host: bücher.example",
            "9:28: error: routes[].host must be a host such as app.example or *.app.example, not 'bücher.example'; write an international name in its ASCII form, which begins with 'xn--'"
        ),
        base(
            "host: app.example", "host: '*'",
            "9:28: error: routes[].host must be a host such as app.example or *.app.example, not '*'; leave the key out for every host"
        ),
        base(
            "path: /api/*", "path: api",
            "9:47: error: routes[].path must be a path such as /status or /api/*, not 'api'; begin it with '/'"),
        base(
            "path: /api/*", "path: /api*",
            "9:47: error: routes[].path must be a path such as /status or /api/*, not '/api*'; '*' can only stand at the end, after a '/'"
        ),
        base(
            "path: /api/*", "path: /a?b",
            "9:47: error: routes[].path must be a path such as /status or /api/*, not '/a?b'; a route cannot look at the query; leave out '?' and what follows"
        ),
        base(
            "path: /api/*", "path: /ä",
            "9:47: error: routes[].path must be a path such as /status or /api/*, not '/ä'; write it percent-encoded, as requests do"
        ),
        base(
            "path: /api/*", "path: '/a b'",
            "9:47: error: routes[].path must be a path such as /status or /api/*, not '/a b'; write a space as %20, as requests do"
        ),
        base(
            "pool: api }", "pool: apii }",
            "9:61: error: no pool named 'apii'; pools are: web, api, db; did you mean 'api'?"),
        base(
            "pool: api }\n", "pool: api }\n  - { listener: web, host: APP.example, path: /api/*, pool: web }\n",
            "10:5: error: another route takes the same host and path of the same listener; only one can win"),
        base(
            "  - {", "    {",
            "9:5: error: routes must be a list, not a map"),
        base(
            "pool: api }\n", "pool: api }\n  - { host: app.example, path: /api/*, pool: web }\n",
            "10:5: error: another route takes the same host and path of the same listener; only one can win"),
        base(
            "path: /api/*, pool: api }\n", "pool: api }\n  - { host: app.example, path: /*, pool: web }\n",
            "10:5: error: another route takes the same host and path of the same listener; only one can win"),
        base(
            "servers: [10.0.0.1:80]", "servers: []",
            "11:19: error: pools.web.servers is empty; it needs at least one"),
        base(
            "servers: [10.0.0.1:80]", "servers: 10.0.0.1:80",
            "11:19: error: pools.web.servers must be a list, not '10.0.0.1:80'"),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1]",
            "11:20: error: pools.web.servers[] must be a server such as 10.0.0.1:8080, app.example:8080 or [2001:db8::1]:8080, not '10.0.0.1'; give a port as well, as in '10.0.0.1:80'"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [nowhere.example:80]",
            "11:20: error: 'nowhere.example' cannot be looked up: Name or service not known"),
        base(
            "servers: [10.0.0.1:80]", "servers: [127.1:80]",
            "11:20: error: pools.web.servers[] must be a server such as 10.0.0.1:8080, app.example:8080 or [2001:db8::1]:8080, not '127.1:80'; it is no IPv4 address"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:0]",
            "11:20: error: pools.web.servers[] must be a server such as 10.0.0.1:8080, app.example:8080 or [2001:db8::1]:8080, not '10.0.0.1:0'; a server's port is 1 to 65535"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [{ address: 10.0.0.1:80, weight: 257 }]",
            "11:52: error: pools.web.servers[].weight must be 1 to 256, not '257'"),
        base(
            "servers: [10.0.0.1:80]", "servers: [{ weight: 2 }]",
            "11:20: error: missing key 'address' in pools.web.servers[]; it must be a server such as 10.0.0.1:8080, app.example:8080 or [2001:db8::1]:8080"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [{ addres: 10.0.0.1:80 }]",
            "11:22: error: unknown key 'addres' in pools.web.servers[]; did you mean 'address'?"),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80, 10.0.0.1:80]",
            "11:33: warning: server 10.0.0.1:80 is in the pool twice; 'weight' gives it a larger share"),
        base(
            "servers: [10.0.0.1:80], ", "",
            "11:8: error: missing key 'servers' in pools.web; it must be a list"),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80], balance: roundrobin",
            "11:43: error: pools.web.balance must be random, round_robin or least_connections, not 'roundrobin'; did you mean 'round_robin'?"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80], idle_timeout: 2m",
            "11:48: warning: few servers keep idle connections for longer than 75s; 'idle_timeout' must be shorter than the servers' own limit"
        ),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80], tls: { ca: none.pem }",
            "11:45: error: 'none.pem': the file cannot be read: No such file or directory"),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80], tls: { verify: no }",
            "11:49: error: pools.web.tls.verify must be true or false, not 'no'; did you mean 'false'?"),
        base(
            "servers: [10.0.0.1:80]", "servers: [10.0.0.1:80], sticky: cookie",
            "11:34: error: unknown key 'sticky' in pools.web; keys are: servers, balance, health, tls, idle_connections, idle_timeout, retries"
        ),
        base(
            "health: /healthz", "health: healthz",
            "11:42: error: pools.web.health must be a path or 'tcp' such as /healthz, not 'healthz'; begin it with '/'"),
        base(
            "health: /healthz", "health: { type: tcp, path: / }",
            "11:61: error: a check of type tcp asks for nothing; remove 'path', or write 'type: http'"),
        base(
            "health: /healthz", "health: { interval: 1s, timeout: 3s }",
            "11:67: error: a check's 'timeout' must not be longer than its 'interval', else checks overlap"),
        base(
            "health: /healthz", "health: { expect: 399-200 }",
            "11:52: error: pools.web.health.expect must be a status or a range of them such as 200 or 200-399, not '399-200'; did you mean '200-399'?"
        ),
        base(
            "health: /healthz", "health: { expect: 999 }",
            "11:52: error: pools.web.health.expect must be a status or a range of them such as 200 or 200-399, not '999'"
        ),
        base(
            "health: /healthz", "health: [/a]",
            "11:42: error: pools.web.health must be a path or 'tcp' such as /healthz, or a map of keys, not a list"),
        base(
            "pool: api }", "pool: web }",
            "12:3: warning: pool 'api' is not used by any listener or route"),
        base(
            "\"127.0.0.1:80\", pool: web }", "\"127.0.0.1:80\" }",
            "11:3: warning: pool 'web' is not used by any listener or route"),
        base(
            "listener: web, ", "listener: web, pool: api, ",
            "9:66: error: duplicate key 'pool' in routes[]"),
        base(
            "version: 1", "version: &a 1",
            "1:10: error: anchors (&) are not supported; write the value out"),
        base(
            "version: 1", "version: !!int 1",
            "1:10: error: tags (!) are not supported; the key decides a value's type"),
        base(
            "version: 1", "version: *a",
            "1:10: error: aliases (*) are not supported; write the value out, or put quotes around it"),
        base(
            "version: 1", "? [a]\n: 1\nversion: 1",
            "1:3: error: a key must be text; put quotes around it if it begins with [ or {"),
        base(
            "process: {", "process: {{",
            "2:11: error: a key must be text; put quotes around it if it begins with [ or {",
            "3:1: error: a map in braces needs ',' between entries and '}' at its end"),
        base(
            "true }", "true",
            "3:7: error: a map in braces needs ',' between entries and '}' at its end"),
        base(
            "  web: {", "\tweb: {",
            "6:1: error: a tab cannot stand here; indent with spaces"),
        base(
            "version: 1", "version: 1: 2",
            "1:11: error: a second ': ' in one value; put quotes around the value, or begin a new line before the key"),
        base(
            "version: 1", "version: 'a",
            "1:10: error: the closing quote is missing"),
        base(
            "version: 1", "version: @a",
            "1:10: error: a value cannot begin with @ unless quotes stand around it"),
        base(
            "version: 1", "version: \"\\q\"",
            "1:11: error: unknown escape; in double quotes write \\\\ for a backslash, or use single quotes"),
        base(
            "version: 1", "---\n---\nversion: 1",
            "2:1: error: a second document begins here; a file holds one"),
        base(
            "  db: {", "   db: {",
            "7:4: error: the indentation fits no key above; keys of one map stand in one column"),
        base(
            "version: 1", "version: 1\n%",
            "2:2: error: a line cannot begin with %; put quotes around the value"),
        whole(
            "",
            " error: the file is empty"),
        whole(
            "[]",
            "1:1: error: the file must be a map of keys, not a list"),
        whole(
            "\n# nothing\n",
            " error: the file is empty"),
        whole(
            "version: 1\rx",
            "1:11: error: a carriage return without a line feed; save the file with Unix line ends"),
        whole(
            "a\u{2028}b",
            "1:2: error: U+2028 (LINE SEPARATOR) separates lines unseen; remove it"),
        whole(
            "version: \u{1b}[31m",
            "1:10: error: U+001B cannot stand in YAML"),
        whole(
            "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "1:35: error: lists and maps are nested more than 32 deep"),
        whole(
            "a: &a [x]\nb: &b [*a,*a]\n",
            "1:1: error: unknown key 'a' at the top; keys are: version, process, admin, access_log, limits, timeouts, listeners, routes, pools",
            "1:1: error: missing key 'version' at the top; it must be 1",
            "1:1: error: missing key 'listeners' at the top; it must be a map of names",
            "1:1: error: missing key 'pools' at the top; it must be a map of names",
            "1:4: error: anchors (&) are not supported; write the value out",
            "2:1: error: unknown key 'b' at the top; keys are: version, process, admin, access_log, limits, timeouts, listeners, routes, pools",
            "2:4: error: anchors (&) are not supported; write the value out",
            "2:8: error: aliases (*) are not supported; write the value out, or put quotes around it",
            "2:11: error: aliases (*) are not supported; write the value out, or put quotes around it"),
        whole(
            "text",
            "1:1: error: the file must be a map of keys, not 'text'"),
    ]
}
