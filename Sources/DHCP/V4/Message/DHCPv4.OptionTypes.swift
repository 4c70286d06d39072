extension DHCPv4 {
    /// Every option that has a type.
    package static var optionTypes: [any Option.Type] {
        [
            Authentication.self, BootFileName.self, BroadcastAddress.self, CaptivePortal.self,
            ClasslessStaticRoutes.self, ClientArchitecture.self, ClientFQDN.self, ClientIdentifier.self,
            ClientMachineIdentifier.self, ClientNetworkInterface.self, DatabaseTimeZone.self, DomainNameOption.self,
            DomainNameServers.self, DomainSearch.self, ForceRenewNonceCapable.self, HostName.self,
            IPv6OnlyPreferred.self, InterfaceMTU.self, LeaseTime.self, LogServers.self, MaximumMessageSize.self,
            MessageText.self, MessageType.self, NetBIOSNameServers.self, NetBIOSNodeType.self,
            NetworkTimeServers.self, OptionOverload.self, POSIXTimeZone.self, ParameterRequestList.self,
            RapidCommit.self, RebindingTime.self, RelayAgentInformation.self, RenewalTime.self,
            RequestedAddress.self, RootPath.self, Routers.self, SIPServers.self, ServerIdentifier.self,
            StaticRoutes.self, SubnetMask.self, SubnetSelection.self, TFTPServerAddresses.self, TFTPServerName.self,
            TimeOffset.self, TimeServers.self, UserClass.self, VendorClassIdentifier.self,
            VendorIdentifyingVendorClass.self, VendorIdentifyingVendorInformation.self, VendorInformation.self,
        ]
    }
}
