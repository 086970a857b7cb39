namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>How long a fault test goes on: a few rounds with every change, all of them at night.</summary>
internal static class FaultForm
{
    /// <summary>Whether <c>./test.sh --long</c> asks for the full form.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("SMARTCITY_LONG_TESTS") == "1";

    public static int Choose(int brief, int full) => IsLong ? full : brief;
}
