import Foundation
import PackagePlugin

/// Gives a target `Build.commit`, the commit it is built from.
@main
struct Version: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        [
            .prebuildCommand(
                displayName: "Asking for the commit",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    context.package.directoryURL.appending(path: "scripts/version").path(),
                    context.pluginWorkDirectoryURL.path(),
                ],
                outputFilesDirectory: context.pluginWorkDirectoryURL)
        ]
    }
}
