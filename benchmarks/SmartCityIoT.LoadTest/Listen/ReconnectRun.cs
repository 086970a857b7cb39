namespace SmartCityIoT.LoadTest.Listen;

/// <summary>How devices that were cut off came back in one run.</summary>
/// <param name="AllInSeconds">From the cut until the last had logged in.</param>
/// <param name="HalfInSeconds">From the cut until half of them had.</param>
/// <param name="Refusals">Attempts that failed, after each of which a device waited longer.</param>
/// <param name="LoginMicroseconds">Processor time of the server for each device, its refusals included.</param>
internal sealed record ReconnectRun(string Contender, double AllInSeconds, double HalfInSeconds, long Refusals, double LoginMicroseconds)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Contender}: half are back after {HalfInSeconds:0.0} s, all after {AllInSeconds:0.0} s, {Refusals} attempts refused, {LoginMicroseconds:0} µs for each device");
}
