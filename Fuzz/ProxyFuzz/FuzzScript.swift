/// What the peers of a worker do, as an input spells it.
///
/// The first octet seeds the network, the second bounds segments, the third has flags. Behind them come octets that the
/// first of four clients sends. An octet 0xFF begins a command, which the next octet names:
///
/// | octet | command |
/// | --- | --- |
/// | `B` | what follows is the backends' next answer |
/// | `C`, `0` | what follows is the first client's |
/// | `1`, `2`, `3` | what follows is another client's |
/// | `#` | a mark that no other place has, in an answer |
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
        case mark
    }

    /// What begins a mark, and no input may hold.
    static let mark = Array("~mark:".utf8)

    let seed: UInt64
    /// The most octets that arrive at one time.
    let segment: Int
    /// Calls stall, attempts to connect fail, and things take time.
    let isRough: Bool
    /// Backends answer as soon as a head is there.
    let isEarly: Bool
    /// What each client does.
    var clients: [[Step]] = [[]]
    var answers: [[Step]] = []

    /// All that a client sends, if nothing stops it.
    func sent(by client: Int) -> [UInt8] {
        clients[client].flatMap { step -> [UInt8] in
            if case .octets(let octets) = step { octets } else { [] }
        }
    }

    init(_ input: [UInt8]) {
        seed = UInt64(input[0])
        segment = input[1] == 0 ? 1 << 20 : Int(input[1])
        isRough = input[2] & 1 != 0
        isEarly = input[2] & 2 != 0
        // Nil in an answer.
        var client: Int? = 0
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
                guard let place = Self.place(command) else {
                    run.append(command)
                    continue
                }
                add(.octets(run), client)
                run = []
                client = place < 0 ? nil : place
                if place < 0 { answers.append([]) }
                while clients.count <= place { clients.append([]) }
                continue
            }
            add(.octets(run), client)
            run = []
            add(step, client)
        }
        add(.octets(run), client)
    }

    /// Whose steps a command begins: a client's number, or -1 for an answer; nil for other commands.
    private static func place(_ command: UInt8) -> Int? {
        switch command {
        case UInt8(ascii: "B"): -1
        case UInt8(ascii: "C"): 0
        case UInt8(ascii: "0")...UInt8(ascii: "3"): Int(command - UInt8(ascii: "0"))
        default: nil
        }
    }

    private static func step(_ command: UInt8) -> Step? {
        switch command {
        case UInt8(ascii: ","): .pause(nanoseconds: 1_000_000)
        case UInt8(ascii: "w"): .pause(nanoseconds: 20_000_000_000)
        case UInt8(ascii: "e"): .end
        case UInt8(ascii: "x"): .close
        case UInt8(ascii: "r"): .reset
        case UInt8(ascii: "#"): .mark
        default: nil
        }
    }

    private mutating func add(_ step: Step, _ client: Int?) {
        if case .octets(let octets) = step, octets.isEmpty { return }
        if let client {
            // A client has no marks: what it is asked for must be what it sends.
            if case .mark = step { return }
            clients[client].append(step)
        } else {
            answers[answers.count - 1].append(step)
        }
    }
}
