import Lab

/// Daemons of mail, chat, calls and queues, each at a port that belongs to another.
enum DaemonList {
    static let more: [Daemon] = [
        Daemon(name: "postfix", service: "smtp", product: "Postfix", port: 21_000) { folder, port in
            let (queue, data) = (folder.file("queue"), folder.file("data"))
            let parts = [
                "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "private",
                "public", "saved", "trace",
            ]
            try await Command.output("mkdir", ["-p", data, queue + "/pid"] + parts.map { "\(queue)/\($0)" })
            try await Command.output("chown", ["postfix", data] + parts.map { "\(queue)/\($0)" })
            _ = try folder.write(
                """
                compatibility_level = 3.6
                queue_directory = \(queue)
                data_directory = \(data)
                daemon_directory = /usr/lib/postfix/sbin
                mail_owner = postfix
                setgid_group = postdrop
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                myhostname = mail.example.org
                alias_maps =
                maillog_file_prefixes = \(folder.path)
                maillog_file = \(folder.file("log"))

                """, to: "main.cf")
            _ = try folder.write(
                """
                127.0.0.1:\(port) inet n - n - - smtpd
                postlog unix-dgram n - n - 1 postlogd
                cleanup unix n - n - 0 cleanup
                rewrite unix - - n - - trivial-rewrite
                proxymap unix - - n - - proxymap
                anvil unix - - n - 1 anvil

                """, to: "master.cf")
            return ["/usr/lib/postfix/sbin/master", "-c", folder.path, "-d"]
        },
        Daemon(name: "ngircd", service: "irc", product: "ngircd", port: 27_017) { folder, port in
            let text = """
                [Global]
                Name = irc.example.org
                Info = Example
                Listen = 127.0.0.1
                Ports = \(port)
                ServerUID = root
                ServerGID = root
                [Options]
                DNS = no
                Ident = no
                PAM = no

                """
            return ["ngircd", "-n", "-f", try folder.write(text, to: "ngircd.conf")]
        },
        Daemon(name: "inspircd", service: "irc", product: "InspIRCd", port: 5672) { folder, port in
            let text = """
                <server name="irc.example.org" description="Example" id="1AA" network="Example">
                <admin name="nobody" nick="nobody" email="nobody@example.org">
                <bind address="127.0.0.1" port="\(port)" type="clients">
                <connect allow="*" timeout="60" resolvehostnames="no">
                <power diepass="not-for-use" restartpass="not-for-use">
                <pid file="\(folder.file("pid"))">

                """
            return [
                "inspircd", "--nofork", "--runasroot", "--config=\(try folder.write(text, to: "inspircd.conf"))",
            ]
        },
        Daemon(name: "kamailio", service: "sip", product: "kamailio", port: 9092) { folder, port in
            ["kamailio", "-DD", "-E", "-f", try kamailio(folder, "tcp", port), "-Y", folder.path]
        },
        Daemon(name: "kamailio-udp", service: "sip", product: "kamailio", port: 3478, isDatagram: true) {
            folder, port in
            ["kamailio", "-DD", "-E", "-f", try kamailio(folder, "udp", port), "-Y", folder.path]
        },
        Daemon(name: "svnserve", service: "svn", product: "Subversion", port: 3389) { folder, port in
            [
                "svnserve", "-d", "--foreground", "--listen-host", "127.0.0.1", "--listen-port", "\(port)", "-r",
                folder.path,
            ]
        },
        // The next one would start this one by itself, and leave it behind.
        Daemon(name: "epmd", service: "epmd", product: "Erlang", port: 6668) { _, port in
            ["epmd", "-address", "127.0.0.1", "-port", "\(port)"]
        },
        Daemon(name: "rabbitmq", service: "amqp", product: "RabbitMQ", port: 1433) { folder, port in
            [
                "/usr/bin/env", "HOME=\(folder.path)", "RABBITMQ_NODENAME=rabbit@localhost",
                "RABBITMQ_MNESIA_BASE=\(folder.path)", "RABBITMQ_LOG_BASE=\(folder.path)",
                "RABBITMQ_PID_FILE=\(folder.file("pid"))", "RABBITMQ_ENABLED_PLUGINS_FILE=\(folder.file("plugins"))",
                "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1", "RABBITMQ_NODE_PORT=\(port)", "RABBITMQ_DIST_PORT=25672",
                "ERL_EPMD_PORT=6668", "/usr/lib/rabbitmq/bin/rabbitmq-server",
            ]
        },
        Daemon(name: "dropbear", service: "ssh", product: "Dropbear", port: 9042) { folder, port in
            try await Command.output("dropbearkey", ["-t", "ed25519", "-f", folder.file("key")])
            return [
                "dropbear", "-F", "-E", "-r", folder.file("key"), "-p", "127.0.0.1:\(port)", "-P", folder.file("pid"),
            ]
        },
        Daemon(name: "coturn", service: "stun", product: nil, port: 9418) { folder, port in
            coturn(folder, port)
        },
        Daemon(name: "coturn-udp", service: "stun", product: nil, port: 1900, isDatagram: true) { folder, port in
            coturn(folder, port)
        },
        Daemon(name: "tftpd", service: "tftp", product: nil, port: 137, isDatagram: true) { folder, port in
            // It resolves no address where there is none but the loopback's.
            ["in.tftpd", "-L", "-4", "-u", "root", "-a", ":\(port)", "-s", folder.path]
        },
        Daemon(name: "xrdp", service: "ms-wbt-server", product: nil, port: 8883) { folder, port in
            // Its queue holds two connections.
            let text = "[Globals]\nini_version=1\nfork=true\nport=\(port)\nsecurity_layer=negotiate\n"
            return [
                "xrdp", "--nodaemon", "--config", try folder.write(text, to: "xrdp.ini"), "--port",
                "tcp://127.0.0.1:\(port)",
            ]
        },
        Daemon(name: "git", service: "git", product: nil, port: 2181) { folder, port in
            ["git", "daemon", "--listen=127.0.0.1", "--port=\(port)", "--base-path=\(folder.path)"]
        },
        Daemon(name: "X", service: "x11", product: nil, port: 6095) { _, _ in
            [
                "Xtigervnc", ":95", "-rfbport", "5995", "-localhost", "-SecurityTypes", "None", "-listen", "tcp",
                "-nolisten", "unix",
            ]
        },
        Daemon(name: "dnsmasq-tcp", service: "domain", product: "dnsmasq", port: 554) { _, port in
            [
                "dnsmasq", "-k", "-p", "\(port)", "--listen-address=127.0.0.1", "--bind-interfaces", "-C", "/dev/null",
                "-u", "root",
            ]
        },
        Daemon(name: "memcached-udp", service: "memcached", product: "Memcached", port: 5353, isDatagram: true) {
            _, port in
            ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", "0", "-U", "\(port)"]
        },
    ]

    private static func kamailio(_ folder: TemporaryFolder, _ kind: String, _ port: UInt16) throws -> String {
        let text = """
            children=1
            disable_tcp=\(kind == "tcp" ? "no" : "yes")
            listen=\(kind):127.0.0.1:\(port)
            loadmodule "sl.so"
            loadmodule "tm.so"
            request_route { sl_send_reply("200", "OK"); }

            """
        return try folder.write(text, to: "kamailio.cfg")
    }

    private static func coturn(_ folder: TemporaryFolder, _ port: UInt16) -> [String] {
        [
            "turnserver", "-n", "-L", "127.0.0.1", "-p", "\(port)", "--no-tls", "--no-dtls", "--no-cli",
            "--log-file=stdout", "--pidfile", folder.file("pid"), "--db", folder.file("db"),
        ]
    }
}
