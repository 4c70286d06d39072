/// What the peers of a worker do, as an input spells it.
///
/// The first octet seeds the network, the second bounds segments, the third has flags. Behind them come octets that the
/// client sends. An octet 0xFF begins a command, which the next octet names:
///
/// | octet | command |
/// | --- | --- |
/// | `B` | what follows is the backends' next answer |
/// | `C` | what follows is the client's |
/// | `,` | a pause of a millisecond, so that octets are cut here |
/// | `w` | a pause of twenty seconds |
/// | `e` | ends the direction |
/// | `x` | closes the connection |
/// | `r` | resets the connection |
/// | other | the octet itself |
struct FuzzScript {
    enum Step {
        case octets([UInt8])
        case pause(nanoseconds: UInt64)
        case end, close, reset
    }

    let seed: UInt64
    /// The most octets that arrive at one time.
    let segment: Int
    /// Calls stall, attempts to connect fail, and things take time.
    let isRough: Bool
    /// Backends answer as soon as a head is there.
    let isEarly: Bool
    var client: [Step] = []
    var answers: [[Step]] = []

    /// All that the client sends, if nothing stops it.
    var sent: [UInt8] {
        client.flatMap { step -> [UInt8] in
            if case .octets(let octets) = step { octets } else { [] }
        }
    }

    init(_ input: [UInt8]) {
        seed = UInt64(input[0])
        segment = input[1] == 0 ? 1 << 20 : Int(input[1])
        isRough = input[2] & 1 != 0
        isEarly = input[2] & 2 != 0
        var isClient = true
        var run: [UInt8] = []
        var position = 3
        while position < input.count {
            let octet = input[position]
            position += 1
            guard octet == 0xFF, position < input.count else {
                run.append(octet)
                continue
            }
            let command = input[position]
            position += 1
            guard let step = Self.step(command) else {
                if command != UInt8(ascii: "B"), command != UInt8(ascii: "C") {
                    run.append(command)
                    continue
                }
                add(.octets(run), isClient)
                run = []
                isClient = command == UInt8(ascii: "C")
                if !isClient { answers.append([]) }
                continue
            }
            add(.octets(run), isClient)
            run = []
            add(step, isClient)
        }
        add(.octets(run), isClient)
    }

    private static func step(_ command: UInt8) -> Step? {
        switch command {
        case UInt8(ascii: ","): .pause(nanoseconds: 1_000_000)
        case UInt8(ascii: "w"): .pause(nanoseconds: 20_000_000_000)
        case UInt8(ascii: "e"): .end
        case UInt8(ascii: "x"): .close
        case UInt8(ascii: "r"): .reset
        default: nil
        }
    }

    private mutating func add(_ step: Step, _ isClient: Bool) {
        if case .octets(let octets) = step, octets.isEmpty { return }
        if isClient {
            client.append(step)
        } else {
            answers[answers.count - 1].append(step)
        }
    }
}
