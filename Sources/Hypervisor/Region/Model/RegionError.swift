package import GRPCCore

/// Why the regional service did not do what it was asked: gRPC's codes, with the request's field where it is to blame.
package struct RegionError: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: RPCError.Code
    /// Such as `parameters.mtu`; nil if no field is to blame.
    package let field: String?
    package let reason: String

    package init(_ code: RPCError.Code, _ field: String? = nil, _ reason: String) {
        (self.code, self.field, self.reason) = (code, field, reason)
    }

    package var description: String { field.map { "\($0): \(reason)" } ?? reason }

    static func invalid(_ field: String, _ reason: String) -> RegionError {
        RegionError(.invalidArgument, field, reason)
    }

    init(_ error: StoreError) {
        switch error {
        case .unavailable, .unknown: self.init(.unavailable, nil, error.description)
        case .refused: self.init(.internalError, nil, error.description)
        case .compacted: self.init(.outOfRange, nil, error.description)
        }
    }

    /// The error as gRPC tells it.
    package var status: RPCError { RPCError(code: code, message: description) }
}
