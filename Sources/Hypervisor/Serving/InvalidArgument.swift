package import GRPCCore
import GRPCProtobuf

/// A request that is wrong in some fields: INVALID_ARGUMENT, with each field's name in the message and, for programs, in a
/// `google.rpc.BadRequest`.
package struct InvalidArgument: Error, Hashable, Sendable {
    /// A field, named as in the proto, such as `flows[3].text`, and what is wrong with it.
    package struct Violation: Hashable, Sendable {
        package var field: String
        package var reason: String
    }

    package private(set) var violations: [Violation]

    /// The most that are told of; the rest would say the same.
    static let limit = 20

    /// Makes one about one field.
    package init(_ field: String, _ reason: String) {
        violations = [Violation(field: field, reason: reason)]
    }

    /// Makes one about several fields; nil if there is none.
    package init?(_ violations: [Violation]) {
        guard !violations.isEmpty else { return nil }
        self.violations = violations
    }
}

extension InvalidArgument: RPCErrorConvertible {
    private var status: GoogleRPCStatus {
        let told = violations.prefix(Self.limit)
        var message = told.map { "\($0.field): \($0.reason)" }.joined(separator: "; ")
        if violations.count > told.count { message += "; and \(violations.count - told.count) more" }
        return GoogleRPCStatus(
            code: .invalidArgument, message: message,
            details: .badRequest(
                violations: told.map { ErrorDetails.BadRequest.FieldViolation(field: $0.field, description: $0.reason) }
            ))
    }

    package var rpcErrorCode: RPCError.Code { .invalidArgument }
    package var rpcErrorMessage: String { status.message }
    package var rpcErrorMetadata: Metadata { status.rpcErrorMetadata }
}

/// Gathers what is wrong with a request, so that all of it is told at once.
package struct RequestCheck {
    private var violations: [InvalidArgument.Violation] = []

    package init() {}

    /// Whether nothing was wrong up to now.
    package var isEmpty: Bool { violations.isEmpty }

    /// Notes that a field is wrong.
    package mutating func refuse(_ field: String, _ reason: String) {
        violations.append(InvalidArgument.Violation(field: field, reason: reason))
    }

    /// Notes it unless a rule holds.
    package mutating func require(_ rule: Bool, _ field: String, _ reason: @autoclosure () -> String) {
        if !rule { refuse(field, reason()) }
    }

    /// Throws what was noted, if anything was.
    package func finish() throws(InvalidArgument) {
        if let error = InvalidArgument(violations) { throw error }
    }
}
