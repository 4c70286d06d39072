extension NDP {
    /// Every option that has a type.
    package static var optionTypes: [any Option.Type] {
        [
            CaptivePortal.self, DNSSearchList.self, FlagsExtension.self, MTU.self, NAT64Prefix.self, Nonce.self,
            PrefixInformation.self, RecursiveDNSServers.self, RedirectedHeader.self, RouteInformation.self,
            SourceLinkLayerAddress.self, TargetLinkLayerAddress.self,
        ]
    }
}
