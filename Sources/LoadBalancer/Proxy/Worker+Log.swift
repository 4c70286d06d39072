import Linux
import Reactor
import Telemetry

extension Worker where Network: ~Copyable {
    /// Writes an exchange's line for the access log; a full ring drops it and counts that.
    mutating func writeLine(_ place: Int32, duration: UInt64) {
        guard let log else { return }
        line.clear()
        switch shared.logFormat {
        case .json: writeJSON(place, duration)
        case .text: writeText(place, duration)
        }
        line.append(0x0A)
        line.send(to: log)
    }

    private mutating func writeJSON(_ place: Int32, _ duration: UInt64) {
        let exchange = connections[place].exchange
        line.append("{\"time\":\"")
        line.append(timestamp: realTime)
        line.append("\",\"listener\":")
        append(shared.listenerNames[Int(connections[place].index)].json)
        line.append(",\"client\":\"")
        unsafe connections[place].client.withOctets { unsafe line.append(raw: $0) }
        line.append("\"")
        if exchange.record.hasBlock {
            let record = unsafe buffers.octets(of: exchange.record)
            let target = Int(exchange.methodCount) + 1
            let host = target + Int(exchange.targetCount) + 17
            line.append(",\"method\":")
            unsafe line.append(json: UnsafeRawBufferPointer(rebasing: record[..<Int(exchange.methodCount)]))
            line.append(",\"host\":")
            unsafe line.append(json: UnsafeRawBufferPointer(rebasing: record[host..<host + Int(exchange.hostCount)]))
            line.append(",\"target\":")
            unsafe line.append(
                json: UnsafeRawBufferPointer(rebasing: record[target..<target + Int(exchange.targetCount)]))
            line.append(",\"request_id\":\"")
            line.append(hexadecimal: exchange.requestID)
            line.append(hexadecimal: exchange.requestIDTail)
            line.append("\"")
        }
        line.append(",\"status\":")
        line.append(decimal: UInt64(exchange.status))
        if exchange.reason != .none {
            line.append(",\"reason\":\"")
            line.append(exchange.reason.code)
            line.append("\"")
        }
        if exchange.server >= 0 {
            line.append(",")
            append(shared.logNames[Int(exchange.server)].json)
            line.append(",\"attempts\":")
            line.append(decimal: UInt64(exchange.attempts))
        }
        line.append(",\"received\":")
        line.append(decimal: exchange.received)
        line.append(",\"sent\":")
        line.append(decimal: exchange.sent)
        line.append(",\"duration_ms\":")
        line.append(milliseconds: duration)
        line.append("}")
    }

    /// `time client listener pool/server "method host target" status reason received sent milliseconds`.
    private mutating func writeText(_ place: Int32, _ duration: UInt64) {
        let exchange = connections[place].exchange
        line.append(timestamp: realTime)
        line.append(" ")
        unsafe connections[place].client.withOctets { unsafe line.append(raw: $0) }
        line.append(" ")
        append(shared.listenerNames[Int(connections[place].index)].text)
        line.append(" ")
        if exchange.server >= 0 { append(shared.logNames[Int(exchange.server)].text) } else { line.append("-") }
        line.append(" \"")
        if exchange.record.hasBlock {
            let record = unsafe buffers.octets(of: exchange.record)
            let target = Int(exchange.methodCount) + 1
            let host = target + Int(exchange.targetCount) + 17
            unsafe line.append(raw: UnsafeRawBufferPointer(rebasing: record[..<Int(exchange.methodCount)]))
            line.append(" ")
            unsafe line.append(escaped: UnsafeRawBufferPointer(rebasing: record[host..<host + Int(exchange.hostCount)]))
            line.append(" ")
            unsafe line.append(
                escaped: UnsafeRawBufferPointer(rebasing: record[target..<target + Int(exchange.targetCount)]))
        }
        line.append("\" ")
        line.append(decimal: UInt64(exchange.status))
        line.append(" ")
        if exchange.reason == .none { line.append("-") } else { line.append(exchange.reason.code) }
        line.append(" ")
        line.append(decimal: exchange.received)
        line.append(" ")
        line.append(decimal: exchange.sent)
        line.append(" ")
        line.append(milliseconds: duration)
    }

    private mutating func append(_ octets: [UInt8]) {
        unsafe octets.withUnsafeBytes { unsafe line.append(raw: $0) }
    }
}
