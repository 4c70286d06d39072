/// Reads the chunked coding piece by piece (RFC 9112, 7.1).
///
/// Extensions and trailers are checked and dropped: an intermediary may discard both (RFC 9112, 7.1.1 and 7.1.2), and
/// whoever merges a trailer into a head is a way to smuggle fields in.
package struct ChunkReader: BitwiseCopyable, Sendable {
    package enum Piece: Equatable {
        /// Data, as a range of the octets that were given.
        case data(Range<Int>)
        /// All octets are used up.
        case needsMore
        /// The coding's end; further octets belong to the next message.
        case end
        case malformed(Reason)
    }

    private enum State: UInt8, BitwiseCopyable {
        case sizeStart, size, extensions, sizeLineFeed, data, dataReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, endLineFeed, ended
    }

    /// Octets of one chunk's extensions, and of all trailers.
    static let extensionLimit: Int32 = 256
    static let trailerLimit: Int32 = 8192

    private var state = State.sizeStart
    private var digits: UInt8 = 0
    private var extra: Int32 = 0
    private var remaining = 0

    package init() {}

    /// Reads from `position` on, and moves it behind what was read.
    package mutating func next(_ octets: Span<UInt8>, _ position: inout Int) -> Piece {
        while position < octets.count {
            if state == .data {
                let start = position
                let taken = min(remaining, octets.count - position)
                position += taken
                remaining -= taken
                if remaining == 0 { state = .dataReturn }
                return .data(start..<position)
            }
            let octet = octets[position]
            position += 1
            if let reason = step(octet) { return .malformed(reason) }
            if state == .ended { return .end }
        }
        return .needsMore
    }

    private mutating func step(_ octet: UInt8) -> Reason? {
        switch state {
        case .sizeStart, .size: return stepSize(octet)
        case .extensions:
            extra += 1
            if octet == Octet.carriageReturn {
                state = .sizeLineFeed
            } else if octet < 0x20 && octet != Octet.tab || octet == 0x7F || extra > Self.extensionLimit {
                return .chunkExtension
            }
        case .sizeLineFeed:
            guard octet == Octet.lineFeed else { return .chunkSize }
            (state, extra) = (remaining == 0 ? .trailerStart : .data, 0)
        case .dataReturn:
            guard octet == Octet.carriageReturn else { return .chunkEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard octet == Octet.lineFeed else { return .chunkEnd }
            (state, digits) = (.sizeStart, 0)
        case .data, .ended: preconditionFailure("data and the end are not read octet by octet")
        default: return stepTrailer(octet)
        }
        return nil
    }

    private mutating func stepSize(_ octet: UInt8) -> Reason? {
        if let digit = Octet.hexadecimal(octet) {
            digits += 1
            guard digits <= 15 else { return .chunkSize }
            remaining = remaining << 4 | digit
            state = .size
            return nil
        }
        guard state == .size else { return .chunkSize }
        switch octet {
        case Octet.carriageReturn: state = .sizeLineFeed
        case Octet.semicolon: state = .extensions
        default: return .chunkSize
        }
        return nil
    }

    private mutating func stepTrailer(_ octet: UInt8) -> Reason? {
        extra += 1
        guard extra <= Self.trailerLimit else { return .trailer }
        switch state {
        case .trailerStart where octet == Octet.carriageReturn: state = .endLineFeed
        case .trailerStart, .trailerName:
            if octet == Octet.colon, state == .trailerName {
                state = .trailerValue
            } else if Octet.isToken(octet) {
                state = .trailerName
            } else {
                return .trailer
            }
        case .trailerValue:
            if octet == Octet.carriageReturn {
                state = .trailerLineFeed
            } else if octet < 0x20 && octet != Octet.tab || octet == 0x7F {
                return .trailer
            }
        case .trailerLineFeed:
            guard octet == Octet.lineFeed else { return .trailer }
            state = .trailerStart
        default:
            guard octet == Octet.lineFeed else { return .trailer }
            state = .ended
        }
        return nil
    }
}
