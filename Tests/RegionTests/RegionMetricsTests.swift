import Foundation
import GRPCCore
import Hypervisor
import Lab
import ServiceAPI
import SwiftProtobuf
import Synchronization
import Testing

@Suite("rns as it is watched", .serialized, .timeLimit(.minutes(5)))
struct RegionMetricsTests {
    @Test func `its metrics say what it has done, who is behind and for how long`() async throws {
        let folder = try TemporaryFolder("rns")
        let cluster = try await EtcdCluster()
        let port = try FreePort()
        let rns = try await Instance(
            "rns0", folder, "etcd: { endpoints: [\(cluster.urls[0])] }\nmetrics: \(port.address)")
        let daemon = ModelDaemon(path: folder.file("a.sock"))
        try daemon.start()
        _ = try await rns.ask("pool", "create", "v4", "10.0.0.0/28")
        _ = try await rns.ask("hypervisor", "set", "a", "unix:\(folder.file("a.sock"))")
        _ = try await rns.ask("hypervisor", "set", "gone", "unix:\(folder.file("gone.sock"))")
        for number in 0..<5 {
            _ = try await rns.ask(
                "droplet", "create", "d\(number)", "--hypervisor", "a", "--port", "tap\(number)", "--claim", "v4")
        }
        try await Wait.until("a knows it") { daemon.addresses.count == 5 }
        var text = ""
        try await Wait.until("it counts", within: .seconds(20), every: .milliseconds(200)) {
            text = try await Metrics.read(port)
            return Metrics.value("apus_rns_droplets", in: text) == 5
                && Metrics.value("apus_rns_pushes_total", in: text) ?? 0 >= 5
        }
        #expect(Metrics.value("apus_rns_store_up", in: text) == 1)
        #expect(Metrics.value("apus_rns_instances", in: text) == 1)
        #expect(Metrics.value("apus_rns_owned_shards", in: text) == 16)
        #expect(Metrics.value("apus_rns_hypervisors", in: text) == 2)
        #expect(Metrics.value("apus_rns_hypervisors_behind", in: text) == 1)
        #expect(Metrics.value(#"apus_rns_hypervisor_lag_seconds{hypervisor="gone"}"#, in: text) ?? 0 > 0)
        #expect(Metrics.value(#"apus_rns_hypervisor_lag_seconds{hypervisor="a"}"#, in: text) == nil)
        #expect(Metrics.value("apus_rns_longest_lag_seconds", in: text) ?? 0 > 0)
        #expect(Metrics.value("apus_rns_push_failures_total", in: text) ?? 0 > 0)
        #expect(Metrics.value("apus_rns_push_seconds_count", in: text) ?? 0 >= 6)
        #expect(Metrics.value(#"apus_rns_pool_given{pool="v4"}"#, in: text) == 5)
        #expect(Metrics.value(#"apus_rns_pool_capacity{pool="v4"}"#, in: text) == 14)
        let done = Metrics.value(#"apus_rns_store_operations_total{operation="transaction",result="done"}"#, in: text)
        #expect(done ?? 0 >= 8)
        #expect(Metrics.value(#"apus_rns_store_seconds_count{operation="transaction"}"#, in: text) ?? 0 >= 8)
        #expect(Metrics.value("apus_rns_store_calls_total", in: text) ?? 0 >= 10)

        // etcd is away: health says so, and it is seen; and it is back.
        await cluster.kill(0)
        try await Wait.until("health says so", within: .seconds(20), every: .milliseconds(200)) {
            try await health(rns) == .notServing
        }
        text = try await Metrics.read(port)
        #expect(Metrics.value("apus_rns_store_up", in: text) == 0)
        #expect(Metrics.value("apus_rns_lost_leases_total", in: text) == 1)
        try cluster.start(0)
        try await Wait.until("health says so", within: .seconds(30), every: .milliseconds(200)) {
            try await health(rns) == .serving
        }
        text = try await Metrics.read(port)
        #expect(Metrics.value("apus_rns_store_up", in: text) == 1)
        #expect(Metrics.value("apus_rns_watch_restarts_total", in: text) ?? 0 > 0)
        // The counters keep to the format that Prometheus's own client reads.
        let file = try folder.write(text, to: "metrics")
        let parsed = try await Command.run(
            Program.tools + "/bin/python",
            [
                "-c",
                "import sys; from prometheus_client.parser import text_string_to_metric_families as f;"
                    + "print(len(list(f(open(sys.argv[1]).read()))))", file,
            ])
        #expect(parsed.exit.isSuccess, "\(parsed.errors)")
        #expect(await rns.process.stop() == .code(0))
        await daemon.stop()
    }

    private func health(_ rns: Instance) async throws -> HealthService.Status {
        try await ServiceConnection.with(.unix(path: rns.socket)) { client in
            try await Grpc_Health_V1_Health.Client(wrapping: client)
                .check(
                    .with { $0.service = "apus.rns.v1.Region" }, options: ServiceConnection.options(within: .seconds(5))
                ).status
        }
    }

    /// Changes as watches tell them: droplet, kind and generation.
    private final class Seen: Sendable {
        let all = Mutex<[String]>([])
        let last = Mutex<UInt64>(0)

        func take(_ change: Apus_Rns_V1_WatchResponse) {
            guard change.kind != .current else { return }
            all.withLock { $0.append("\(change.kind) \(change.droplet.id) \(change.generation)") }
            last.withLock { $0 = change.generation }
        }
    }

    private func watch(_ socket: String, _ seen: Seen) -> Task<Void, any Error> {
        Task {
            let request = Apus_Rns_V1_WatchRequest.with { $0.afterGeneration = seen.last.withLock { $0 } }
            try await ServiceConnection.with(.unix(path: socket)) { client in
                try await Apus_Rns_V1_Region.Client(wrapping: client).watch(request) { response in
                    for try await change in response.messages { seen.take(change) }
                }
            }
        }
    }

    @Test
    func `a watch of either of two instances tells every change once, over a member's death and from where it ended`()
        async throws
    {
        let folder = try TemporaryFolder("rns")
        let cluster = try await EtcdCluster(3)
        let etcd = "etcd: { endpoints: [\(cluster.urls.joined(separator: ", "))] }"
        let instances = [try await Instance("rns0", folder, etcd), try await Instance("rns1", folder, etcd)]
        _ = try await instances[0].ask("hypervisor", "set", "a", "unix:\(folder.file("none.sock"))")
        let (whole, parts) = (Seen(), Seen())
        let first = watch(instances[0].socket, whole)
        var second = watch(instances[1].socket, parts)
        var made = 0
        func make(_ count: Int) async throws {
            try await ServiceConnection.with(.unix(path: instances[1].socket)) { client in
                let service = Apus_Rns_V1_Region.Client(wrapping: client)
                for number in made..<made + count {
                    while true {
                        do {
                            _ = try await service.createDroplet(
                                RegionSite.creation("d\(number)", on: "a", port: "tap\(number)"),
                                options: ServiceConnection.options(within: .seconds(20)))
                            break
                        } catch let error as RPCError where error.code == .alreadyExists {
                            break
                        } catch let error as RPCError where error.code == .unavailable {
                            try await Task.sleep(for: .milliseconds(100))
                        }
                    }
                }
            }
            made += count
        }
        try await make(20)
        try await Wait.until("both are told") { [whole, parts].allSatisfy { $0.all.withLock { $0.count } == 20 } }
        // It ends, misses some, and goes on at the other instance.
        second.cancel()
        _ = await second.result
        try await make(20)
        second = watch(instances[0].socket, parts)
        // A member dies under both watches, whichever they are at: one after the other, with the first back meanwhile.
        for victim in 0..<3 {
            await cluster.kill(victim)
            try await make(10)
            try cluster.start(victim)
            try await cluster.waitUntilWorking()
        }
        _ = try await instances[0].ask("droplet", "delete", "d0")
        try await Wait.until("both are told", within: .seconds(30), every: .milliseconds(50)) {
            [whole, parts].allSatisfy { $0.all.withLock { $0.count } >= 71 }
        }
        let told = whole.all.withLock { $0 }
        #expect(told == parts.all.withLock { $0 })
        #expect(told.count == 71 && Set(told).count == 71)
        #expect(told.last?.hasPrefix("deleted d0 ") == true, "\(told.last ?? "")")
        for task in [first, second] {
            task.cancel()
            _ = await task.result
        }
        for instance in instances { #expect(await instance.process.stop() == .code(0)) }
    }
}
