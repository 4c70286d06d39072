import Foundation
import Hypervisor
import Linux
import Settings
import Testing

@Suite("Configuration of rns")
struct ConfigurationTests {
    private func load(_ text: String) -> (RegionConfiguration?, [String]) {
        let (configuration, diagnostics) = RegionConfiguration.load(Source(name: "rns.yaml", text: text))
        return (configuration, diagnostics.map(\.message))
    }

    @Test func `a file for a cluster says what it says`() throws {
        let (found, messages) = load(
            """
            version: 1
            etcd:
              endpoints: [http://192.0.2.1:2379, "http://[2001:db8::1]:2379"]
            listen: [unix:/run/rns.sock]
            rest: 127.0.0.1:8080
            lease: 10s
            """)
        let configuration = try #require(found, "\(messages)")
        #expect(configuration.etcd.map(\.description) == ["http://192.0.2.1:2379", "http://[2001:db8::1]:2379"])
        #expect(configuration.lease == .seconds(10) && configuration.rest?.port == 8080 && configuration.shards == 64)
    }

    @Test(arguments: [
        ("version: 1\netdc: {}", "unknown key 'etdc' at the top; did you mean 'etcd'?"),
        ("version: 1\nfile: /a\netcd: { endpoints: [http://a:1] }", "the region is in etcd or in a file, not in both"),
        ("version: 1\nlisten: [tcp:192.0.2.1:7]", "tcp:192.0.2.1:7 takes tls"),
        ("version: 1\netcd: { endpoints: [https://a:1] }", "https takes etcd.tls"),
        ("version: 1\netcd: { endpoints: [a:1] }", "etcd.endpoints[] must be"),
    ]) func `a mistake is told`(text: String, message: String) {
        let (configuration, messages) = load(text)
        #expect(configuration == nil)
        #expect(messages.contains { $0.hasPrefix(message) }, "\(messages)")
    }

    @Test func `the reference page is the program's`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Documentation/reference/rns.md")
        #expect(try String(contentsOf: page, encoding: .utf8) == RegionConfiguration.referencePage + "\n")
    }

    @Test(arguments: [
        ("http://a:1", "http://a:1"), ("a", "http://a:2379"), ("https://[::1]:5/", "https://[::1]:5"),
        ("[::1]", "http://[::1]:2379"),
    ]) func `an endpoint is read`(text: String, description: String) {
        #expect(EtcdEndpoint(text)?.description == description)
    }

    @Test(arguments: ["", "http://", "a:0", "a:99999", "a b", "http://a/b", "[::1", "[::1]x", "a:1:2"])
    func `what is no endpoint is refused`(text: String) { #expect(EtcdEndpoint(text) == nil) }
}
