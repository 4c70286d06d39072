import Foundation
import Linux
import LoadBalancer
import Settings
import Testing

@Suite("Configuration file")
struct ConfigurationTests {
    static func load(_ text: String, folder: String = ".") -> (Configuration?, [Diagnostic]) {
        Configuration.load(text: text, name: "lb.yaml", folder: folder) { name, port throws(ResolutionFailure) in
            guard name == "localhost" else { throw ResolutionFailure(reason: "Name or service not known") }
            return [SocketAddress(ipv4: 0x7F00_0001, port: port), SocketAddress(ipv6: 1, port: port)]
        }
    }

    @Test(arguments: ConfigurationMistakes.cases.indices)
    func `each mistake has its message and place`(index: Int) {
        let given = ConfigurationMistakes.cases[index]
        let (configuration, diagnostics) = Self.load(given.text)
        let found = diagnostics.map { String($0.text().split(separator: "\n")[0].replacing("lb.yaml:", with: "")) }
        #expect(found == given.messages)
        #expect((configuration == nil) == diagnostics.haveErrors)
    }

    @Test func `the base of the mistakes has none`() {
        #expect(Self.load(ConfigurationMistakes.right).1.isEmpty)
    }

    @Test func `five mistakes in one file give five precise errors`() {
        let text = """
            version: 1
            timeouts: { idle: 60 }
            listeners:
              web: { bind: "127.0.0.1", pool: web }
            routes:
              - { host: app.example, pool: wbe }
            pools:
              web:
                servers: [127.0.0.1:9001]
                ballance: random
                retries: -1
            """
        let expected = """
            lb.yaml:2:19: error: timeouts.idle must be a duration such as 500ms, 5s, 1m or 1h, not '60'; give a unit, \
            such as '60s'
              2 | timeouts: { idle: 60 }
                |                   ^~
            lb.yaml:4:16: error: listeners.web.bind must be an address such as 127.0.0.1:8080, :8080 or [::1]:8080, not \
            '127.0.0.1'; give a port as well, as in '127.0.0.1:80'
              4 |   web: { bind: "127.0.0.1", pool: web }
                |                ^~~~~~~~~~~
            lb.yaml:6:32: error: no pool named 'wbe'; pools are: web; did you mean 'web'?
              6 |   - { host: app.example, pool: wbe }
                |                                ^~~
            lb.yaml:10:5: error: unknown key 'ballance' in pools.web; did you mean 'balance'?
              10 |     ballance: random
                 |     ^~~~~~~~
            lb.yaml:11:14: error: pools.web.retries must be 0 to 10, not '-1'
              11 |     retries: -1
                 |              ^~
            """
        #expect(Self.load(text).1.text() == expected)
    }

    @Test func `every value reaches the configuration`() throws {
        let text = """
            version: 1
            process: { threads: 3, pin: false, max_connections: 7, drain_timeout: 5s }
            admin: 127.0.0.1:9900
            access_log: { path: logs/access.log, format: text }
            limits: { head: 8KiB, fields: 9, target: 100, body: 10MiB }
            timeouts: { head: 1s, idle: 2s, connect: 3s, response: 4s, body: 5s, tunnel: 1h }
            listeners:
              web: { bind: [":80", "[::1]:81"], pool: a, trusted_proxies: [10.0.0.0/8, "::1"] }
              db: { bind: "127.0.0.1:5432", protocol: tcp, pool: b }
            routes:
              - { listener: web, host: "*.App.Example", path: /api/*, pool: b }
            pools:
              a:
                servers: ["localhost:9443", { address: 10.0.0.1:80, weight: 3 }]
                balance: least_connections
                health: { path: /h, host: X.example, expect: 204, interval: 500ms, rise: 4, fall: 5 }
                tls: { verify: false, name: api.internal }
                idle_connections: 1
                idle_timeout: 2s
                retries: 0
              b: { servers: ["[2001:db8::1]:80"], health: tcp, tls: false }
            """
        let (loaded, diagnostics) = Self.load(text, folder: "/etc/apus")
        #expect(diagnostics.isEmpty, "\(diagnostics.text())")
        let configuration = try #require(loaded)
        let process = configuration.process
        #expect((process.threads, process.isPinned, process.connections, process.drain) == (3, false, 7, .seconds(5)))
        #expect(configuration.admin?.description == "127.0.0.1:9900")
        #expect(
            configuration.accessLog?.path == "/etc/apus/logs/access.log" && configuration.accessLog?.format == .text)
        let limits = configuration.limits
        #expect((limits.head, limits.fields, limits.target, limits.body) == (8192, 9, 100, 10 << 20))
        let times = configuration.timeouts
        let steps = [times.head, times.idle, times.connect, times.response, times.body, times.tunnel]
        #expect(steps == [1, 2, 3, 4, 5, 3600].map { Duration.seconds($0) })
        #expect(configuration.listeners.map(\.name) == ["web", "db"])
        #expect(
            configuration.listeners.map { $0.addresses.map(\.description) } == [
                ["[::]:80", "[::1]:81"], ["127.0.0.1:5432"],
            ])
        #expect(configuration.listeners.map(\.pool) == [0, 1] && configuration.listeners[1].transport == .tcp)
        #expect(configuration.listeners[0].trusted.map(\.length) == [8, 128])
        let route = try #require(configuration.routes.first)
        #expect((route.listener, route.host, route.path, route.pool) == (0, "*.app.example", "/api/*", 1))
        let pool = configuration.pools[0]
        #expect(pool.servers.map(\.name) == ["localhost:9443", "localhost:9443", "10.0.0.1:80"])
        #expect(pool.servers.map(\.address.description) == ["127.0.0.1:9443", "[::1]:9443", "10.0.0.1:80"])
        #expect(pool.servers.map(\.weight) == [1, 1, 3] && pool.balance == .leastConnections)
        let health = try #require(pool.health)
        #expect(health.kind == .http(path: "/h", host: "x.example", expect: 204...204))
        #expect((health.interval, health.timeout) == (.milliseconds(500), .milliseconds(500)))
        #expect((health.rise, health.fall) == (4, 5))
        #expect(pool.tls?.isVerified == false && pool.tls?.name == "api.internal" && pool.tls?.authorities == nil)
        #expect((pool.idleConnections, pool.idleTimeout, pool.retries) == (1, .seconds(2), 0))
        #expect(configuration.pools[1].tls == nil && configuration.pools[1].health?.kind == .tcp)
    }

    @Test func `what is left out has the defaults of the values`() throws {
        let text = "version: 1\nlisteners: { w: { bind: ':80', pool: p } }\npools: { p: { servers: [10.0.0.1:80] } }"
        let configuration = try #require(Self.load(text).0)
        #expect(configuration.process.threads == Configuration.availableCores())
        #expect(configuration.limits.body == nil && configuration.limits.head == Configuration.Limits().head)
        #expect(configuration.timeouts.tunnel == Configuration.Timeouts().tunnel)
        let plain = Configuration.Pool(name: "p", servers: [])
        #expect(configuration.pools[0].idleTimeout == plain.idleTimeout)
        #expect(configuration.pools[0].idleConnections == plain.idleConnections)
        #expect(configuration.pools[0].retries == plain.retries && configuration.pools[0].balance == plain.balance)
        #expect(configuration.accessLog == nil && configuration.admin == nil && configuration.routes.isEmpty)
    }

    @Test func `a file that is not there says so with the system's number`() {
        let (configuration, diagnostics) = Configuration.load(file: "/nonexistent/lb.yaml")
        #expect(configuration == nil && diagnostics.map(\.code) == [.unreadable])
        #expect(diagnostics.first?.systemError == ENOENT)
    }
}
