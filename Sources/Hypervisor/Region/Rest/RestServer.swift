import HTTPTypes
import Hummingbird
import Linux
import Logging
import NIOCore
import ServiceLifecycle

/// Serves the REST face over HTTP.
struct RestServer: Service {
    private let address: Linux.SocketAddress
    private let face: RestFace
    private let logger: Logger
    private let onRunning: @Sendable (UInt16) async -> Void

    /// Makes one that tells `onRunning` its port when it answers.
    init(
        address: Linux.SocketAddress, face: RestFace, logger: Logger,
        onRunning: @escaping @Sendable (UInt16) async -> Void = { _ in }
    ) {
        (self.address, self.face, self.logger, self.onRunning) = (address, face, logger, onRunning)
    }

    func run() async throws {
        let (face, onRunning) = (face, onRunning)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let octets: [UInt8]
            do {
                octets = Array(buffer: try await request.body.collect(upTo: RestFace.bodyLimit))
            } catch {
                return Self.response(RestFace.tooLong, isHead: false)
            }
            let isHead = request.method == .head
            let answer = await face.answer(
                method: isHead ? "GET" : request.method.rawValue, target: request.uri.string,
                contentType: request.headers[.contentType], body: octets)
            return Self.response(answer, isHead: isHead)
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: Int(address.port)), serverName: "rns"),
            onServerRunning: { channel in await onRunning(UInt16(clamping: channel.localAddress?.port ?? 0)) },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw HypervisorError("serve REST on \(address)", "\(error)")
        }
    }

    private static func response(_ answer: RestFace.Answer, isHead: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.contentLength] = "\(answer.body.count)"
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        if let allow = answer.allow { headers[.allow] = allow }
        let response = Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
        return isHead ? response.createHeadResponse() : response
    }
}
