extension DHCPv6 {
    /// Every option that has a type.
    package static var optionTypes: [any Option.Type] {
        [
            Authentication.self, BootFileParameters.self, BootFileURL.self, CaptivePortal.self,
            ClientArchitecture.self, ClientFQDN.self, ClientIdentifier.self, ClientLinkLayerAddress.self,
            ClientNetworkInterface.self, DNSServers.self, DatabaseTimeZone.self, DomainList.self, ElapsedTime.self,
            IdentityAssociation.self, IdentityAssociationAddress.self, IdentityAssociationPrefix.self,
            InformationMaximumRetransmission.self, InformationRefreshTime.self, InterfaceIdentifier.self,
            NTPServer.self, OptionRequest.self, POSIXTimeZone.self, Preference.self, PrefixDelegation.self,
            PrefixExclude.self, RapidCommit.self, ReconfigureAccept.self, ReconfigureMessage.self,
            RelayedMessage.self, RemoteIdentifier.self, SIPServerAddresses.self, SIPServerNames.self,
            SNTPServers.self, ServerIdentifier.self, ServerUnicast.self, SolicitMaximumRetransmission.self,
            StatusCode.self, SubscriberIdentifier.self, TemporaryAddresses.self, UserClass.self, VendorClass.self,
            VendorInformation.self,
        ]
    }
}
