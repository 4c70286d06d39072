internal import Settings

extension Configuration {
    static let pool = Schema<Draft.Pool>.record(
        "pool", "Servers that are equal to a client.", initial: Draft.Pool(),
        [
            Key(
                required: "servers", \.servers, server.list(1...1024),
                "A name is looked up when the file is read, and every address it has becomes a server."),
            Key("balance", \.balance, .choice, "How a server is chosen among the healthy ones."),
            Key(
                "health", \.health, health.placed, standard: "off: every server counts as healthy",
                "How servers are watched."),
            Key("tls", \.tls, tls, standard: "`false`", "Whether connections to the servers are encrypted."),
            Key(
                "idle_connections", \.idleConnections, .integer(0...10_000),
                "Idle connections kept to one server by one thread."),
            Key(
                "idle_timeout", \.idleTimeout, Schema<Duration>.duration(.milliseconds(10) ... .seconds(600)).placed,
                "How long an idle connection is kept. It must be shorter than the servers' own limit,"
                    + " else requests meet a closing connection."),
            Key(
                "retries", \.retries, .integer(0...10),
                "Further servers tried when one does not accept a connection."),
        ])

    private static let server = Schema<Draft.Server>.either(
        Forms.server.placed.map { Draft.Server(address: $0) },
        orMap: .record(
            "server", "A server of which more is said than its address.", initial: Draft.Server(),
            [
                Key(required: "address", \.address, Forms.server.placed, "Host and port."),
                Key("weight", \.weight, .integer(1...256), "Its share relative to the others'."),
            ]))

    private static let health = Schema<Draft.Health>.either(
        .text(
            Form("a path or 'tcp'", examples: ["/healthz"], pattern: #"^(tcp|/[!-"$-~]*)$"#)
        ) { text throws(Refusal) in
            // Its place is never shown: a path that stands alone contradicts nothing.
            let place = Place(line: 1, column: 1)
            if text == "tcp" { return Draft.Health(kind: .tcp) }
            return Draft.Health(kind: .http, path: Placed(try Forms.path(text), at: place))
        },
        orMap: .record(
            "health", "A path alone means `type: http`; `tcp` alone means `type: tcp`.", initial: Draft.Health(),
            [
                Key(
                    "type", \.kind, .choice, standard: "`http`",
                    "Whether a server must answer a GET, or only accept a connection."),
                Key(
                    "path", \.path, Forms.healthPath.placed, standard: "`/`",
                    "What is asked for. With `http` only, as the next two."),
                Key("host", \.host, Forms.plainHost.placed, standard: "the server's address", "The `Host` field."),
                Key("expect", \.expect, Forms.statuses.placed, standard: "`200-399`", "The statuses that are healthy."),
                Key(
                    "interval", \.interval, .duration(.milliseconds(100) ... .seconds(3600)),
                    "Between the beginnings of two checks."),
                Key(
                    "timeout", \.timeout, Schema<Duration>.duration(.milliseconds(10) ... .seconds(600)).placed,
                    standard: "`1s`, or `interval` if that is shorter", "How long one check may take."),
                Key("rise", \.rise, .integer(1...100), "Successes in a row that bring a server back."),
                Key("fall", \.fall, .integer(1...100), "Failures in a row that take a server out."),
            ]))

    private static let tls = Schema<Draft.UpstreamTLS>.either(
        Schema<Bool>.boolean.map { Draft.UpstreamTLS(isEnabled: $0) },
        orMap: .record(
            "tls", "`true` alone means all defaults.", initial: Draft.UpstreamTLS(),
            [
                Key("verify", \.isVerified, .boolean, "Whether the certificate's chain and name are checked."),
                Key(
                    "ca", \.authorities, Forms.file.placed, standard: "the system's",
                    "A PEM file with the authorities that are believed."),
                Key(
                    "name", \.name, Forms.plainHost, standard: "the server's own",
                    "The name that is asked for (SNI) and checked."),
            ]))
}
