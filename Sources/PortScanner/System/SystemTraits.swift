import Wire

/// What of the answers tells one stack from another.
struct SystemTraits: Hashable, Sendable {
    /// How the identification field goes from answer to answer.
    enum Counting: String, Sendable { case zero, constant, ascending, random }

    /// Whether IPv6 was spoken, whose packets have neither identification nor fragments by routers.
    let isIPv6: Bool
    /// The value that the time to live began with: 32, 64, 128 or 255.
    var initialTimeToLive: Int?
    /// The options' order in the answer to a request with all of them, and to one with none.
    var layout: String?
    var plainLayout: String?
    var window: Int?
    var maximumSegmentSize: Int?
    var windowScale: Int?
    var isFragmentable: Bool?
    var counting: Counting?
    /// The rate of the timestamps' clock, rounded to what stacks use; nil if there are none or no two.
    var clock: Int?
    /// Whether congestion notification was agreed to.
    var takesCongestion: Bool?
    /// The reset of the closed port: its identification is 0, and it may be fragmented.
    var resetCounting: Counting?
    var isResetFragmentable: Bool?
    var resetWindow: Int?
    /// Of the echo: the code that came back, and the class.
    var echoCode: Int?
    var echoClass: Int?
    /// Of the unreachable port: the octets quoted, and the class.
    var quote: Int?
    var quoteClass: Int?

    init(_ answers: SystemAnswers) {
        isIPv6 = answers.key.isIPv6
        let requests: [SystemProbe] = [.first, .second, .third, .fourth]
        let accepted = requests.compactMap { answers.segments[$0] }.filter {
            $0.flags.contains([.synchronize, .acknowledgment])
        }
        let anything = Array(answers.segments.values)
        let highest =
            (anything.map(\.timeToLive)
            + [answers.echo?.timeToLive, answers.unreachable?.timeToLive].compactMap(\.self)).max()
        initialTimeToLive = highest.map { ttl in [32, 64, 128, 255].first { Int(ttl) <= $0 } ?? 255 }
        if let first = accepted.first {
            layout = first.layout
            window = Int(first.window)
            maximumSegmentSize = first.maximumSegmentSize.map(Int.init)
            windowScale = first.windowScale.map(Int.init)
            isFragmentable = isIPv6 ? nil : first.isFragmentable
        }
        counting = isIPv6 ? nil : Self.counting(accepted.map(\.identification))
        if let one = accepted.first, let other = accepted.last, let start = one.timestamp, let end = other.timestamp,
            other.time > one.time
        {
            let rate = Double(Int32(bitPattern: end &- start)) / (Double(other.time - one.time) / 1e9)
            clock = [2, 10, 100, 250, 500, 1000].min { abs(Double($0) - rate) < abs(Double($1) - rate) }
            // A clock that is random from connection to connection fits nothing.
            if let clock, abs(Double(clock) - rate) > Double(clock) * 0.4 { self.clock = nil }
        }
        plainLayout = answers.segments[.plain].flatMap {
            $0.flags.contains([.synchronize, .acknowledgment]) ? $0.layout : nil
        }
        takesCongestion = answers.segments[.congestion].flatMap { answer in
            answer.flags.contains([.synchronize, .acknowledgment]) ? answer.flags.contains(.congestionEcho) : nil
        }
        if let reset = answers.segments[.closed], reset.flags.contains(.reset) {
            if !isIPv6 {
                resetCounting = reset.identification == 0 ? .zero : .ascending
                isResetFragmentable = reset.isFragmentable
            }
            resetWindow = Int(reset.window)
        }
        (echoCode, echoClass) = (answers.echo.map { Int($0.code) }, answers.echo.map { Int($0.trafficClass) })
        (quote, quoteClass) = (answers.unreachable?.length, answers.unreachable.map { Int($0.trafficClass) })
    }

    private static func counting(_ numbers: [UInt16]) -> Counting? {
        guard numbers.count > 1 else { return nil }
        if numbers.allSatisfy({ $0 == 0 }) { return .zero }
        let steps = zip(numbers, numbers.dropFirst()).map { Int($1 &- $0) }
        if steps.allSatisfy({ $0 == 0 }) { return .constant }
        return steps.allSatisfy { (1...1000).contains($0) } ? .ascending : .random
    }

    /// All of it in one line, from which a rule can be made.
    var fingerprint: String {
        var parts: [String] = []
        func add(_ name: String, _ value: Any?) {
            if let value { parts.append("\(name)=\(value)") }
        }
        if isIPv6 { add("ip", 6) }
        add("ttl", initialTimeToLive)
        add("opts", layout)
        add("plain", plainLayout)
        add("win", window)
        add("mss", maximumSegmentSize)
        add("ws", windowScale)
        add("df", isFragmentable.map { $0 ? 0 : 1 })
        add("id", counting?.rawValue)
        add("hz", clock)
        add("ecn", takesCongestion.map { $0 ? 1 : 0 })
        add("rid", resetCounting?.rawValue)
        add("rdf", isResetFragmentable.map { $0 ? 0 : 1 })
        add("rwin", resetWindow)
        add("ec", echoCode)
        add("etos", echoClass)
        add("uq", quote)
        add("utos", quoteClass)
        return parts.joined(separator: ",")
    }
}
