namespace SmartCityIoT.LoadTest.Listen;

/// <summary>What connections that are silent cost a server in one run.</summary>
/// <param name="ResidentBefore">MB, before the first connection.</param>
/// <param name="ResidentAfter">MB, with all of them, when they had been silent for a while.</param>
/// <param name="LoginSeconds">Until the last was in, some at a time.</param>
/// <param name="LoginMicroseconds">Processor time of the server for each login.</param>
internal sealed record IdleRun(string Contender, double ResidentBefore, double ResidentAfter, double LoginSeconds, double LoginMicroseconds)
{
    public double Growth => ResidentAfter - ResidentBefore;

    public override string ToString() => FormattableString.Invariant(
        $"{Contender}: {ResidentAfter:0} MB with all connections, {Growth:0} MB more than without; logged in within {LoginSeconds:0.0} s, {LoginMicroseconds:0} µs each");
}
