import FoundationEssentials
import Glibc
import Lab
import Linux
import SystemPackage
import Testing

/// Every system call of a load balancer at work fails, one after the other.
@Suite("Where a system call fails")
struct FaultTests {
    @Test(.enabled("nginx or openssl is missing") { Program.find("nginx") != nil && Program.find("openssl") != nil })
    func `clients get an answer or an end, nothing leaks, and others are served`() async throws {
        let certificates = try await Certificates()
        let identity = try await certificates.identity("server")
        let plain = try await Backend(.nginx, name: "plain")
        let encrypted = try await Backend(.nginx, name: "encrypted", tls: identity)
        for backend in [plain, encrypted] {
            try Files.write("small", to: backend.files + "/small")
            try Files.write(String(repeating: "x", count: FaultRun.large), to: backend.files + "/large")
        }
        let folder = try TemporaryFolder("faults")
        let backends = FaultRun.Backends(
            plain: plain.port.number, encrypted: encrypted.port.number, authority: certificates.authority,
            folder: folder.path)
        await #expect(processExitsWith: .success) { [backends = backends as FaultRun.Backends] in
            var campaign = FaultCampaign(backends: backends)
            await campaign.run()
        }
        let report = Files.text(backends.report) ?? ""
        print(report)
        #expect(report.contains("every call was hit"))
        #expect(!report.contains("FAULT"))
    }
}
