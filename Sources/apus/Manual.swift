import ArgumentParser
struct Manual: ParsableCommand {
}
