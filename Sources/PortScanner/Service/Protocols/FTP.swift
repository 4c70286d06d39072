/// FTP: the greeting (RFC 959, 4.2), and the system by SYST if it is told without a password.
struct FTPConversation: GreetedConversation {
    private var greeting: [UInt8] = []

    /// Words of servers whose greeting does not say FTP.
    static let names = ["ftp", "filezilla", "serv-u", "wu-", "bftpd"]

    static func claims(_ greeting: [UInt8]) -> Bool {
        guard greeting.starts("220") || greeting.starts("421") || greeting.starts("530"), greeting.contains(0x0A) else {
            return false
        }
        let text = Sanitizer.text(greeting).lowercased()
        return names.contains { text.contains($0) } && !text.contains("smtp")
    }

    mutating func open() -> [UInt8] { [] }

    mutating func receive(_ octets: [UInt8]) -> ConversationStep {
        guard greeting.isEmpty else {
            return octets.finalReplyCode == nil ? .more : .found(identity(octets.finalReplyCode == 215 ? octets : []))
        }
        guard octets.starts("220") || octets.starts("421") || octets.starts("530") else {
            return octets.count < 3 ? .more : .foreign
        }
        guard octets.finalReplyCode != nil else { return .more }
        greeting = octets
        if octets.starts("220") { return .send(Array("SYST\r\n".utf8)) }
        return .found(identity([]))
    }

    mutating func end(_ octets: [UInt8]) -> ServiceIdentity? { greeting.isEmpty ? nil : identity([]) }

    private func identity(_ system: [UInt8]) -> ServiceIdentity {
        var identity = ServiceIdentity("ftp")
        let line = String((greeting.lines.first ?? "").dropFirst(4))
        identity.banner = line
        identity.apply(Self.rules, to: line)
        identity.readDistribution(line)
        if let told = system.lines.first {
            if told.contains("UNIX"), identity.operatingSystem == nil { identity.operatingSystem = "Unix" }
            if told.contains("Windows") { identity.operatingSystem = "Windows" }
        }
        return identity
    }

    private static let rules = [
        BannerRule("(vsFTPd {v})", "vsftpd", "vsftpd_project:vsftpd", system: "Unix"),
        BannerRule("ProFTPD {v} Server*", "ProFTPD", "proftpd:proftpd"),
        BannerRule("ProFTPD Server*", "ProFTPD", "proftpd:proftpd"),
        BannerRule("*Welcome to Pure-FTPd*", "Pure-FTPd", "pureftpd:pure-ftpd"),
        BannerRule("*FileZilla Server {v}*", "FileZilla ftpd", "filezilla-project:filezilla_server"),
        BannerRule("Microsoft FTP Service", "Microsoft ftpd", "microsoft:ftp_service", system: "Windows"),
        BannerRule("pyftpdlib {v} ready.*", "pyftpdlib"), BannerRule("*bftpd {v} at*", "Bftpd"),
    ]
}
