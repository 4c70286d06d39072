import Testing
import Lab
@Suite struct T { @Test func a() async throws { let r = try await Command.output("echo", ["hi"]); #expect(r == "hi\n") } }
