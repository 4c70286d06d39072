import Lab

/// A real daemon, at a port that belongs to another: each of them sits on the default port of the next.
struct Daemon: Sendable {
    let name: String
    /// What the scan must call it, and a word of the product it must name.
    let service: String
    let product: String?
    let port: UInt16
    var isDatagram = false
    /// Prepares a folder of its own, and gives the command.
    let prepare: @Sendable (_ folder: TemporaryFolder, _ port: UInt16) async throws -> [String]
}

extension Daemon {
    static let all = first + DaemonList.more

    private static let first: [Daemon] = [
        Daemon(name: "nginx", service: "http", product: "nginx", port: 22) { folder, port in
            let text = """
                daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/error;
                events {}
                http { access_log off; server { listen 127.0.0.1:\(port); return 200 "hello"; } }
                """
            return ["nginx", "-c", try folder.write(text, to: "nginx.conf"), "-e", folder.file("error")]
        },
        Daemon(name: "sshd", service: "ssh", product: "OpenSSH", port: 21) { folder, port in
            try await Command.output("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder.file("key")])
            try await Command.output("mkdir", ["-p", "/run/sshd"])
            return [
                "/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", folder.file("key"), "-o",
                "ListenAddress=127.0.0.1:\(port)", "-o", "PidFile=none",
            ]
        },
        Daemon(name: "vsftpd", service: "ftp", product: "vsftpd", port: 25) { folder, port in
            try await Command.output("mkdir", ["-p", "/var/run/vsftpd/empty"])
            let text = """
                listen=YES
                listen_address=127.0.0.1
                listen_port=\(port)
                background=NO
                anonymous_enable=YES

                """
            return ["vsftpd", try folder.write(text, to: "vsftpd.conf")]
        },
        Daemon(name: "pop3d", service: "pop3", product: "Dovecot", port: 143) { folder, port in
            ["dovecot", "-F", "-c", try dovecot(folder, "pop3", port)]
        },
        Daemon(name: "imapd", service: "imap", product: "Dovecot", port: 110) { folder, port in
            ["dovecot", "-F", "-c", try dovecot(folder, "imap", port)]
        },
        Daemon(name: "mariadb", service: "mysql", product: "MariaDB", port: 5432) { folder, port in
            try await Command.output(
                "mariadb-install-db",
                [
                    "--no-defaults", "--datadir=\(folder.file("data"))", "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                ])
            try await Command.output("chown", ["-R", "mysql:", folder.path])
            try await Command.output("chmod", ["755", folder.path])
            return [
                "mariadbd", "--no-defaults", "--user=mysql", "--datadir=\(folder.file("data"))",
                "--socket=\(folder.file("s"))",
                "--bind-address=127.0.0.1", "--port=\(port)", "--pid-file=\(folder.file("pid"))",
            ]
        },
        Daemon(name: "postgresql", service: "postgresql", product: "PostgreSQL", port: 6379) { folder, port in
            let programs = Files.names(in: "/usr/lib/postgresql").last.map { "/usr/lib/postgresql/\($0)/bin" } ?? ""
            try await Command.output("chmod", ["777", folder.path])
            let data = folder.file("data")
            try await Command.output(
                "setpriv",
                [
                    "--reuid=postgres", "--regid=postgres", "--clear-groups", "\(programs)/initdb", "-D", data, "-A",
                    "trust", "-N",
                ])
            return [
                "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "\(programs)/postgres", "-D", data,
                "-h",
                "127.0.0.1", "-p", "\(port)", "-k", folder.path,
            ]
        },
        Daemon(name: "redis", service: "redis", product: "Redis", port: 11211) { folder, port in
            ["redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--dir", folder.path]
        },
        Daemon(name: "memcached", service: "memcached", product: "Memcached", port: 1883) { _, port in
            ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", "\(port)", "-U", "0"]
        },
        Daemon(name: "mosquitto", service: "mqtt", product: "Mosquitto", port: 389) { folder, port in
            let text = "listener \(port) 127.0.0.1\nallow_anonymous true\nuser root\n"
            return ["mosquitto", "-c", try folder.write(text, to: "mosquitto.conf")]
        },
        Daemon(name: "slapd", service: "ldap", product: "OpenLDAP", port: 445) { folder, port in
            let text = """
                include /etc/ldap/schema/core.schema
                pidfile \(folder.file("pid"))
                modulepath /usr/lib/ldap
                moduleload back_mdb
                database mdb
                suffix "dc=example,dc=org"
                directory \(folder.path)

                """
            return [
                "slapd", "-d", "0", "-f", try folder.write(text, to: "slapd.conf"), "-h", "ldap://127.0.0.1:\(port)/",
            ]
        },
        Daemon(name: "smbd", service: "microsoft-ds", product: "Samba", port: 873) { folder, port in
            let text = """
                [global]
                smb ports = \(port)
                interfaces = lo
                bind interfaces only = yes
                private dir = \(folder.path)
                lock directory = \(folder.path)
                state directory = \(folder.path)
                cache directory = \(folder.path)
                pid directory = \(folder.path)
                ncalrpc dir = \(folder.path)/ncalrpc
                disable spoolss = yes
                rpc start on demand helpers = false

                """
            return [
                "smbd", "-F", "--no-process-group", "-s", try folder.write(text, to: "smb.conf"), "-l", folder.path,
            ]
        },
        Daemon(name: "rsync", service: "rsync", product: "rsync", port: 5900) { folder, port in
            [
                "rsync", "--daemon", "--no-detach", "--address=127.0.0.1", "--port=\(port)",
                "--config=\(try folder.write("", to: "rsyncd.conf"))",
            ]
        },
        Daemon(name: "Xvnc", service: "vnc", product: nil, port: 2379) { _, port in
            [
                "Xtigervnc", ":97", "-rfbport", "\(port)", "-localhost", "-SecurityTypes", "None", "-nolisten", "tcp",
                "-nolisten", "unix",
            ]
        },
        Daemon(name: "etcd", service: "etcd", product: "etcd", port: 6667) { folder, port in
            [
                "etcd", "--data-dir", folder.path, "--listen-client-urls", "http://127.0.0.1:\(port)",
                "--advertise-client-urls",
                "http://127.0.0.1:\(port)", "--listen-peer-urls", "http://127.0.0.1:2380",
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:2380", "--initial-cluster", "default=http://127.0.0.1:2380",
            ]
        },
        Daemon(name: "telnetd", service: "telnet", product: nil, port: 3306) { folder, port in
            // The daemon takes its connection from a superserver.
            let text = """
                import socket, subprocess
                s = socket.create_server(("127.0.0.1", \(port)))
                while True:
                    c, _ = s.accept()
                    subprocess.Popen(["/usr/sbin/telnetd", "-h"], stdin=c, stdout=c, stderr=subprocess.DEVNULL)
                    c.close()

                """
            return ["/usr/bin/python3", try folder.write(text, to: "super.py")]
        },
        Daemon(name: "nginx-tls", service: "http", product: "nginx", port: 6443) { folder, port in
            try await Command.output(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj",
                    "/CN=scan.example.org/O=Example", "-addext",
                    "subjectAltName=DNS:scan.example.org,DNS:*.example.org", "-keyout",
                    folder.file("key"), "-out", folder.file("certificate"),
                ])
            let text = """
                daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/error;
                events {}
                http { access_log off; server {
                  listen 127.0.0.1:\(port) ssl http2; ssl_certificate \(folder.path)/certificate; ssl_certificate_key \(folder.path)/key;
                  return 200 "hello";
                } }
                """
            return ["nginx", "-c", try folder.write(text, to: "nginx.conf"), "-e", folder.file("error")]
        },
        Daemon(name: "dnsmasq", service: "domain", product: "dnsmasq", port: 123, isDatagram: true) { _, port in
            [
                "dnsmasq", "-k", "-p", "\(port)", "--listen-address=127.0.0.1", "--bind-interfaces", "-C", "/dev/null",
                "-u", "root",
            ]
        },
        Daemon(name: "chronyd", service: "ntp", product: nil, port: 161, isDatagram: true) { folder, port in
            let text = """
                port \(port)
                bindaddress 127.0.0.1
                cmdport 0
                local stratum 8
                allow all
                pidfile \(folder.file("pid"))
                driftfile \(folder.file("drift"))

                """
            return ["chronyd", "-n", "-x", "-u", "root", "-f", try folder.write(text, to: "chrony.conf")]
        },
        Daemon(name: "snmpd", service: "snmp", product: "net-snmp", port: 53, isDatagram: true) { folder, port in
            let text = "rocommunity public 127.0.0.1\n"
            return [
                "snmpd", "-f", "-C", "-c", try folder.write(text, to: "snmpd.conf"), "-Lf", "/dev/null", "-p",
                folder.file("pid"),
                "udp:127.0.0.1:\(port)",
            ]
        },
    ]

    private static func dovecot(_ folder: TemporaryFolder, _ name: String, _ port: UInt16) throws -> String {
        let text = """
            base_dir = \(folder.path)/run
            state_dir = \(folder.path)/run
            log_path = \(folder.path)/log
            protocols = \(name)
            ssl = no
            listen = 127.0.0.1
            service \(name)-login {
              inet_listener \(name) {
                port = \(port)
              }
              inet_listener \(name)s {
                port = 0
              }
            }
            service anvil {
              chroot =
            }
            passdb {
              driver = static
              args = nopassword=y
            }
            userdb {
              driver = static
              args = uid=1000 gid=1000 home=/tmp
            }

            """
        return try folder.write(text, to: "dovecot.conf")
    }
}
