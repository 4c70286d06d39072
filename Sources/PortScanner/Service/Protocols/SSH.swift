/// SSH: the server's identification string (RFC 4253, 4.2).
struct SSHConversation: GreetedConversation {
    static func claims(_ greeting: [UInt8]) -> Bool { greeting.starts("SSH-") }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard octets.starts("SSH-") else { return octets.count < 4 ? .more : .foreign }
        guard let line = octets.line else { return octets.count > 512 ? .foreign : .more }
        return identity(line).map { .found($0) } ?? .foreign
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? {
        octets.starts("SSH-") ? identity(octets.upTo(0x0A)) : nil
    }

    private func identity(_ line: [UInt8]) -> ServiceIdentity? {
        let text = Sanitizer.text(line, limit: 255)
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].first?.isNumber == true else { return nil }
        var identity = ServiceIdentity("ssh")
        let software = String(parts[2])
        identity.banner = software
        identity.apply(Self.rules, to: software)
        let comment = identity.extraInformation
        identity.extraInformation = (comment.map { "\($0); " } ?? "") + "protocol \(parts[1])"
        if identity.product == nil { identity.product = software.isEmpty ? nil : software }
        identity.readDistribution(software)
        return identity
    }

    private static let rules = [
        BannerRule("OpenSSH_for_Windows_{v}", "OpenSSH for Windows", "microsoft:openssh", system: "Windows"),
        BannerRule("OpenSSH_{v} {x}", "OpenSSH", "openbsd:openssh"),
        BannerRule("OpenSSH_{v}", "OpenSSH", "openbsd:openssh"),
        BannerRule("dropbear_{v}", "Dropbear sshd", "matt_johnston:dropbear_ssh_server"),
        BannerRule("libssh_{v}", "libssh", "libssh:libssh"), BannerRule("libssh-{v}", "libssh", "libssh:libssh"),
        BannerRule("Cisco-{v}", "Cisco SSH", "cisco:ios"), BannerRule("ROSSSH", "MikroTik RouterOS sshd"),
        BannerRule("Go", "Go x/crypto SSH", "golang:go"), BannerRule("AsyncSSH_{v}", "AsyncSSH"),
        BannerRule("Twisted_{v}", "Twisted Conch"), BannerRule("mod_sftp/{v}", "ProFTPD mod_sftp", "proftpd:proftpd"),
        BannerRule("paramiko_{v}", "Paramiko", "paramiko:paramiko"),
        BannerRule("APACHE-SSHD-{v}", "Apache MINA sshd", "apache:mina_sshd"),
    ]
}
