import DHCP
import Linux
import Telemetry

/// Spans: one for each exchange, from when the kernel took the frame to when the answer was sent, with what became of it.
extension ServerLoop {
    /// Notes when the events came that a frame has made; `before` is how many there were.
    func noteArrival(_ timestamp: UInt64, before: Int) {
        guard tracer != nil else { return }
        let time = timestamp == 0 ? Clock.real : timestamp
        while arrivals.count < outcome.events.count { arrivals.append(arrivals.count < before ? 0 : time) }
    }

    /// Tells the tracer of the round's events.
    func traceEvents() {
        guard let tracer else { return }
        defer { arrivals.removeAll(keepingCapacity: true) }
        let now = Clock.real
        for (index, event) in outcome.events.enumerated() {
            let time = index < arrivals.count && arrivals[index] != 0 ? arrivals[index] : now
            trace(event, tracer, from: time, to: now)
        }
    }

    private func trace(_ event: ConductEvent, _ tracer: ExchangeTracer, from start: UInt64, to end: UInt64) {
        let name: String
        var (failure, attributes): (String?, [(key: String, value: String)]) = (nil, [])
        switch event.kind {
        case .answered(let message, let answer):
            name = "DHCP \(message == "none" ? answer : message)"
            attributes.append(("dhcp.answer", "\(answer)"))
            if answer == "NAK" { failure = refusal(behind: event) }
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
    private func refusal(behind event: ConductEvent) -> String? {
        for case .refused(let reason) in outcome.events.lazy.filter({ $0.client == event.client }).map(\.kind) {
            return "\(reason)"
        }
        return nil
    }
}
