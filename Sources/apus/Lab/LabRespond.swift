import ArgumentParser
import Lab
import Linux

/// Answers requests, for those who need a server behind their load balancer.
struct LabRespond: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "respond",
        abstract: "Answer HTTP requests at a low cost.",
        discussion: """
            EXAMPLES:
              apus lab respond --port 9001 --name first
            """)

    @Option(help: "The port, of 127.0.0.1.")
    var port: UInt16

    @Option(help: "What the server calls itself in its answers.")
    var name: String?

    func run() throws {
        let address = SocketAddress(ipv4: 0x7F00_0001, port: port)
        var responder: Responder
        do {
            responder = try Responder(on: [address], name: name)
        } catch let error as SystemError {
            throw Failure(error, "cannot listen on \(address)")
        }
        responder.run()
    }
}
