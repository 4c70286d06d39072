import ArgumentParser
@main struct Apus: ParsableCommand { func run() { print("x") } }
