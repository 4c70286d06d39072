import DHCP
import Linux
import Telemetry

/// Spans: one for each exchange, from when the kernel took the frame to when the answer was sent, with what became of it.
extension ServerLoop {
    /// Notes when the frame came that made the events from `first` on.
    func noteArrival(_ timestamp: UInt64, first: Int) {
        guard tracer != nil, first < outcome.events.count else { return }
        let time = timestamp == 0 ? Clock.real : timestamp
        for index in first..<outcome.events.count { outcome.events[index].arrival = time }
    }

    /// Tells the tracer of a batch's events.
    func trace(_ batch: Outcome) {
        guard let tracer else { return }
        let now = Clock.real
        for event in batch.events {
            trace(event, of: batch, tracer, from: event.arrival == 0 ? now : event.arrival, to: now)
        }
    }

    private func trace(
        _ event: ConductEvent, of batch: Outcome, _ tracer: ExchangeTracer, from start: UInt64, to end: UInt64
    ) {
        let name: String
        var (failure, attributes): (String?, [(key: String, value: String)]) = (nil, [])
        switch event.kind {
        case .answered(let message, let answer):
            name = "DHCP \(message == "none" ? answer : message)"
            attributes.append(("dhcp.answer", "\(answer)"))
            if answer == "NAK" { failure = refusal(behind: event, batch) }
        case .taken(let message): name = "DHCP \(message)"
        case .dropped(let message, let reason):
            name = "DHCP \(message)"
            failure = "\(reason)"
            attributes.append(("dhcp.drop_reason", "\(reason)"))
        // A refusal stands behind the answer that says it, and a lease's end is no exchange.
        case .refused, .lease: return
        }
        if let failure, case .answered = event.kind { attributes.append(("dhcp.refusal_reason", failure)) }
        if let client = event.client { attributes.append(("dhcp.client", "\(client)")) }
        if let hardware = event.hardwareAddress { attributes.append(("dhcp.hardware_address", "\(hardware)")) }
        if let address = event.address { attributes.append(("dhcp.address", "\(address)")) }
        if let link = event.link, let port = ports[link.interfaceIndex] {
            attributes.append(("network.interface.name", port.name))
            if link.vlan != 0 { attributes.append(("dhcp.vlan", "\(link.vlan)")) }
        }
        tracer.record(name, from: start, to: end, failure: failure, attributes)
    }

    /// Why the client of an event was refused: the next event says so.
    private func refusal(behind event: ConductEvent, _ batch: Outcome) -> String? {
        for case .refused(let reason) in batch.events.lazy.filter({ $0.client == event.client }).map(\.kind) {
            return "\(reason)"
        }
        return nil
    }
}
