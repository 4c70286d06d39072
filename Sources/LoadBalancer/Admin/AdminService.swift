import HTTPTypes
import Hummingbird
package import Linux
package import Logging
import NIOCore
import ServiceLifecycle
import SystemPackage

/// Serves metrics, status and health of the load balancer itself, for operators, beside the data plane.
///
/// `GET /metrics` for Prometheus, `/status` as JSON, `/health` for whoever balances load balancers, and `/` for people.
package struct AdminService: Service {
    /// Why the endpoint could not be served.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case cannotBind(Linux.SocketAddress, SystemError)

        package var description: String {
            switch self {
            case .cannotBind(let address, let error): "cannot serve the admin endpoint on \(address): \(error.code)"
            }
        }
    }

    private let address: Linux.SocketAddress
    private let pages: AdminPages
    private let logger: Logger
    private let onRunning: @Sendable (UInt16) async -> Void

    /// - Parameters:
    ///   - address: Where to listen; port 0 takes any free one.
    ///   - source: What is shown.
    ///   - logger: What the server itself has to say goes here.
    ///   - onRunning: Called with the port when the endpoint answers.
    package init(
        address: Linux.SocketAddress, source: any StatusSource, logger: Logger,
        onRunning: @escaping @Sendable (UInt16) async -> Void = { _ in }
    ) {
        (self.address, self.logger, self.onRunning) = (address, logger, onRunning)
        pages = AdminPages(source: source, now: { Clock.real })
    }

    /// Serves until the service group ends; throws `Failure` where it cannot begin to.
    package func run() async throws {
        let (pages, onRunning) = (pages, onRunning)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            Self.response(pages.answer(method: request.method.rawValue, path: request.uri.path), to: request.method)
        }
        // Standard error has its own voice; the server's is only heard when something is wrong.
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: Int(address.port)), serverName: "apus"),
            onServerRunning: { channel in await onRunning(UInt16(clamping: channel.localAddress?.port ?? 0)) },
            logger: logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // A rate needs two moments; without this there were none until a second request came.
                    while !Task.isCancelled {
                        pages.sample()
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
                group.addTask { try await application.run() }
                // The sampling never ends by itself: the first to end is the server.
                _ = try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            throw Failure.cannotBind(
                address, SystemError(call: "bind", code: Errno(rawValue: error.errnoCode)))
        }
    }

    private static func response(_ answer: AdminPages.Answer, to method: HTTPRequest.Method) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.contentLength] = "\(answer.body.utf8.count)"
        headers[.cacheControl] = "no-store"
        if answer.status == 405 { headers[.allow] = "GET, HEAD" }
        if answer.isPage {
            headers[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
            headers[.xContentTypeOptions] = "nosniff"
        }
        let response = Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: answer.body)))
        return method == .head ? response.createHeadResponse() : response
    }
}
