import ArgumentParser

/// The regional service, and its operators' hands.
struct RNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rns",
        abstract: "Keep a region's droplets and addresses, and tell its hypervisors.",
        discussion: """
            EXAMPLES:
              apus rns run rns.yaml
              apus rns pool create public-1 203.0.113.0/24 --gateway 203.0.113.1
              apus rns hypervisor set hv1 tcp:192.0.2.10:7071
              apus rns droplet create d1 --hypervisor hv1 --port tap1 --claim public-1
              apus rns droplet move d1 hv2
              apus rns hypervisors --behind
            """,
        subcommands: [
            RNSRun.self, RNSCheck.self, RNSSchema.self, RNSDroplet.self, RNSPool.self, RNSHypervisor.self,
            RNSHypervisors.self, RNSStatus.self, RNSWatch.self,
        ])
}
