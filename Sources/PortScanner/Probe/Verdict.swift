/// What an answer, or none, tells of a port.
package struct Verdict: Hashable, Sendable {
    package var state: PortState
    package var cause: StateReason.Cause

    /// Reads what came back for a probe of `technique`; `isUndecided` if nothing did, and silence is not believed.
    package init(_ technique: Technique, _ evidence: Evidence, isUndecided: Bool = false) {
        cause = evidence.cause
        if evidence == .none {
            if isUndecided {
                (state, cause) = (.undecided, .lost)
            } else {
                state = technique.readsSilence ? .openOrFiltered : .filtered
            }
            return
        }
        switch evidence {
        case .connected, .udpResponse, .protocolResponse, .initAcknowledgment: state = .open
        case .synchronizeAcknowledgment: state = .open
        case .refused, .abort: state = .closed
        case .reset, .resetWithWindow:
            switch technique {
            case .acknowledge: state = .unfiltered
            case .window: state = evidence == .resetWithWindow ? .open : .closed
            default: state = .closed
            }
        case .portUnreachable:
            switch technique {
            // UDP is there, if not this port of it.
            case .ipProtocol: state = .open
            case .udp: state = .closed
            default: state = .filtered
            }
        case .protocolUnreachable: state = technique == .ipProtocol ? .closed : .filtered
        default: state = .filtered
        }
    }
}

extension Evidence {
    /// The word that reports have for it.
    package var cause: StateReason.Cause {
        switch self {
        case .none: .noResponse
        case .synchronizeAcknowledgment: .synAck
        case .reset, .resetWithWindow: .reset
        case .udpResponse: .udpResponse
        case .protocolResponse: .protocolResponse
        case .initAcknowledgment: .initAck
        case .abort: .abort
        case .echoReply: .echoReply
        case .timestampReply: .timestampReply
        case .maskReply: .addressMaskReply
        case .arpResponse: .arpResponse
        case .neighborAdvertisement: .neighborResponse
        case .connected: .connectionAccepted
        case .refused: .connectionRefused
        case .localRefusal: .localRefusal
        case .networkUnreachable, .noRoute: .networkUnreachable
        case .hostUnreachable, .addressUnreachable: .hostUnreachable
        case .protocolUnreachable: .protocolUnreachable
        case .portUnreachable: .portUnreachable
        case .networkProhibited: .networkProhibited
        case .hostProhibited: .hostProhibited
        case .administrativelyProhibited: .adminProhibited
        case .timeExceeded: .timeExceeded
        default: .destinationUnreachable
        }
    }
}
