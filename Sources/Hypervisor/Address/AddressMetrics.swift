import DHCPServer
import Linux
import ServiceAPI
import Synchronization
import Telemetry

/// Serves `GET /metrics` for Prometheus: what was last read of the loop, a second ago at most.
final class AddressMetrics: Sendable {
    private let text = Mutex("")
    private let loop: AddressLoopHandle
    private let state: @Sendable () async -> Apus_Hvaddr_V1_DaemonState
    private let server = Mutex<ConnectionServer?>(nil)

    init(
        address: SocketAddress, loop: AddressLoopHandle,
        state: @escaping @Sendable () async -> Apus_Hvaddr_V1_DaemonState
    ) throws(HypervisorError) {
        (self.loop, self.state) = (loop, state)
        do throws(SystemError) {
            let listener = try Socket.listening(on: address, isShared: false)
            let started = try ConnectionServer(listener: listener, name: "metrics") { [weak self] descriptor in
                guard
                    let request = ConnectionServer.receive(until: [13, 10, 13, 10], limit: 8192, from: descriptor)
                else { return }
                let line = String(decoding: request.prefix { $0 != 13 }, as: UTF8.self)
                let isFound = line.hasPrefix("GET /metrics ")
                let body = isFound ? self?.text.withLock { $0 } ?? "" : "/metrics\n"
                let head =
                    "HTTP/1.1 \(isFound ? "200 OK" : "404 Not Found")\r\nContent-Type: \(PrometheusText.contentType)\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
                _ = ConnectionServer.send(head + body, to: descriptor)
            }
            server.withLock { $0 = started }
        } catch {
            throw HypervisorError("serve metrics on \(address)", "\(error)")
        }
    }

    /// Keeps the text fresh until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let new = await write()
            text.withLock { $0 = new }
            try? await Task.sleep(for: .seconds(1))
        }
        server.withLock { $0 }?.stop()
    }

    private func write() async -> String {
        let counts = await loop.ask { $0.conduct.tally.counts }
        let (lost, unsent) = await loop.ask { ($0.counters["lost"] ?? 0, $0.unsent) }
        let state = await state()
        var text = PrometheusText()
        func samples(_ kind: AddressTally.Key.Kind) -> [(AddressTally.Key, UInt64)] {
            counts.filter { $0.key.kind == kind }.sorted { $0.key.name < $1.key.name }.map { ($0.key, $0.value) }
        }
        text.begin("apus_hvaddr_frames_total", .counter, help: "Frames that came.")
        text.sample(counts[.received] ?? 0)
        text.begin("apus_hvaddr_answered_total", .counter, help: "Messages answered, by the answer's type.")
        for (key, count) in samples(.answered) {
            text.sample(count, ["message": "\(key.message)", "answer": "\(key.outcome)"])
        }
        text.begin("apus_hvaddr_dropped_total", .counter, help: "Messages and frames not answered, by the reason.")
        for (key, count) in samples(.dropped) {
            text.sample(count, ["message": "\(key.message)", "reason": "\(key.outcome)"])
        }
        text.begin("apus_hvaddr_refused_total", .counter, help: "Requests refused (NAK), by the reason.")
        for (key, count) in samples(.refused) { text.sample(count, ["reason": "\(key.outcome)"]) }
        text.begin("apus_hvaddr_lost_frames_total", .counter, help: "Frames that the kernel had no room for.")
        text.sample(lost)
        text.begin("apus_hvaddr_unsent_total", .counter, help: "Answers that the kernel did not take.")
        text.sample(unsent)
        text.begin("apus_hvaddr_droplets", .gauge, help: "Droplets that are answered.")
        text.sample(UInt64(state.droplets))
        text.begin("apus_hvaddr_droplets_programmed", .gauge, help: "Those of them whose flows the switch has.")
        text.sample(UInt64(state.programmed))
        text.begin("apus_hvaddr_port_open", .gauge, help: "Whether the port that questions come by is there.")
        text.sample(state.portOpen ? 1 : 0)
        text.begin("apus_hvaddr_flows_reachable", .gauge, help: "Whether hvflowd answers.")
        text.sample(state.flowsReachable ? 1 : 0)
        text.begin("apus_hvaddr_rows_set_aside", .gauge, help: "Rows of the store that could not be read at start.")
        text.sample(UInt64(state.rowsSetAside))
        return text.text
    }
}
