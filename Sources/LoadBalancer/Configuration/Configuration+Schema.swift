internal import Settings

extension Configuration {
    /// The JSON schema of the configuration file, for editors; no line break at the end.
    package static var jsonSchema: String {
        fileSchema.jsonSchema(
            identifier: "https://apus.example/schema/load-balancer-1.json", title: "Configuration of apus lb"
        ).text()
    }

    /// The reference page of the configuration file, in Markdown; no line break at the end.
    package static var referencePage: String {
        fileSchema.referencePage(title: "Configuration of the load balancer", introduction: introduction)
    }

    private static let introduction = """
        <!-- Written by `apus lb schema --markdown`; the tests hold it against the program. -->

        One YAML file says everything. The smallest one that is of use:

        ```yaml
        version: 1
        listeners:
          web: { bind: ":8080", pool: app }
        pools:
          app:
            servers: [127.0.0.1:9001, 127.0.0.1:9002]
            health: /healthz
        ```

        `apus lb check FILE` finds every mistake before anything runs, and `apus lb schema --json-schema` prints a schema
        for editors. Complete files are in [Examples](../../Examples).

        - The order of keys, listeners, routes and pools means nothing.
        - A duration is a whole number with `ms`, `s`, `m` or `h`; a size is a whole number of octets, alone or with
          `KiB`, `MiB` or `GiB`.
        - `true` and `false` are the only switches; a key without a value is a mistake. To get a default, leave the key out.
        - A name, which stands for `NAME` below, has 1 to 64 letters, digits, `_`, `-` and `.`.
        - A relative path of a file counts from the configuration file's folder.
        - The file is UTF-8 with at most 1 MiB. YAML's anchors, aliases, tags and merge keys are refused.
        """

    static let fileSchema = Schema<Draft>.record(
        "configuration", "At least one listener and one pool.", initial: Draft(),
        [
            Key(required: "version", \.version, .integer(1...1), "The version of this format."),
            Key("process", \.process, process, standard: "see below", "Threads, and what the process may hold."),
            Key(
                "admin", \.admin, Forms.bind.placed, standard: "off",
                "Where metrics, status and health of the load balancer itself are served. Keep it from the public."),
            Key("access_log", \.accessLog, accessLog, standard: "off", "Where requests are logged."),
            Key(
                "limits", \.limits, limits.placed, standard: "see below", "The largest a message's parts may be."),
            Key("timeouts", \.timeouts, timeouts, standard: "see below", "How long each step may take."),
            Key(
                required: "listeners", \.listeners, listener.named(by: .name, 1...256),
                "What is listened on. Names appear in logs and metrics."),
            Key(
                "routes", \.routes, route.placed.list(1...4096), standard: "none",
                "Which requests go elsewhere than to their listener's own pool."),
            Key(
                required: "pools", \.pools, pool.named(by: .name, 1...1024),
                "The backends. Names appear in logs and metrics."),
        ])

    private static let process = Schema<Process>.record(
        "process", "Threads of the data plane, and what the process may hold.", initial: Draft().process,
        [
            Key("threads", \.threads, .integer(1...256), standard: "one for each core", "Threads that serve clients."),
            Key("pin", \.isPinned, .boolean, "Whether each thread stays on one core."),
            Key(
                "max_connections", \.connections, .integer(1...1_000_000),
                "Client connections at one time, over all threads; more wait in the kernel's queue."),
            Key(
                "drain_timeout", \.drain, .duration(.zero ... .seconds(3600)),
                "How long connections may finish after SIGTERM."),
        ])

    private static let accessLog = Schema<Draft.AccessLog>.either(
        Forms.file.map { Draft.AccessLog(path: $0) },
        orMap: .record(
            "access_log", "One line for each request. A path alone means JSON.", initial: Draft.AccessLog(),
            [
                Key(required: "path", \.path, Forms.file, "A file, or `-` for standard output."),
                Key("format", \.format, .choice, "JSON objects, or lines of text for people."),
            ]))

    private static let limits = Schema<Limits>.record(
        "limits",
        "The largest a message's parts may be, and the least pace of a body. What breaks a limit is refused with its"
            + " reason.",
        initial: Limits(),
        [
            Key("head", \.head, .size(1 << 10...1 << 20), "A request's or response's head."),
            Key("fields", \.fields, .integer(1...1024), "Field lines of one head."),
            Key("target", \.target, .size(64...1 << 20), "A request's target: path and query. At most `head`."),
            Key("body", \.body, .size(1...1 << 40), standard: "no limit", "A request's body."),
            Key(
                "body_rate", \.bodyRate, .integer(0...1 << 30),
                "Octets a second at which a client must send its body and take the answer's, on average over"
                    + " `timeouts.body`; 0 for any pace."),
        ])

    private static let timeouts = Schema<Timeouts>.record(
        "timeouts", "How long each step may take.", initial: Timeouts(),
        [
            Key("head", \.head, step, "From a request's first octet to the end of its head."),
            Key("idle", \.idle, step, "A client connection between two requests."),
            Key("connect", \.connect, step, "Until a backend accepts a connection, TLS handshake included."),
            Key("response", \.response, step, "From a request's last octet to the first of its response."),
            Key("body", \.body, step, "Between two pieces of a body, in either direction."),
            Key(
                "total", \.total, Schema<Duration>.duration(.milliseconds(10) ... .seconds(86400)),
                standard: "no limit",
                "From the end of a request's head to the last octet of its response."),
            Key(
                "tunnel", \.tunnel, .duration(.seconds(1) ... .seconds(7 * 86400)),
                "A tunnel or TCP stream in which neither side sends."),
        ])

    private static let step = Schema<Duration>.duration(.milliseconds(10) ... .seconds(3600))

    private static let listener = Schema<Draft.Listener>.record(
        "listener",
        "One or more addresses. An HTTP listener leads to the pools of its routes and, for all other requests, to its own;"
            + " a TCP listener leads to its own only.",
        initial: Draft.Listener(),
        [
            Key(
                required: "bind", \.addresses, Forms.bind.placed.oneOrMore(1...64),
                "Where to listen; without a host, on every address of the machine."),
            Key("protocol", \.transport, .choice, "What clients speak."),
            Key(
                "pool", \.pool, poolName, standard: "none; required for `tcp`",
                "Where everything goes that no route takes."),
            Key(
                "trusted_proxies", \.trusted, Forms.prefix.list(1...256).placed, standard: "nobody",
                "Clients whose `Forwarded` and `X-Forwarded-*` fields are believed and extended;"
                    + " those of all others are replaced."),
        ])

    private static let poolName = Schema<String>.text(
        Form("a pool's name", examples: [], pattern: Form.name.pattern)
    ) { text throws(Refusal) in text }.placed

    private static let route = Schema<Draft.Route>.record(
        "route",
        "At least `host` or `path`. The most specific route wins: a host's own name before a longer `*.` and that before"
            + " a shorter one, then a whole path before a longer `/*` and that before a shorter one. Two routes that are"
            + " equal in this are a mistake.",
        initial: Draft.Route(),
        [
            Key(
                "listener", \.listener,
                Schema<String>.text(Form("a listener's name", examples: [], pattern: Form.name.pattern)) {
                    text throws(Refusal) in text
                }.placed, standard: "all HTTP listeners", "The only listener whose requests it takes."),
            Key(
                "host", \.host, Forms.routeHost, standard: "every host",
                "The only host it takes; `*.` and a domain for all names below it."),
            Key(
                "path", \.path, Forms.routePath, standard: "every path",
                "The only path it takes; `/api/*` for `/api` and all below."),
            Key(required: "pool", \.pool, poolName, "Where the requests go."),
        ])
}
