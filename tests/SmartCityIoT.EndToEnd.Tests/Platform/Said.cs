namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Figures that a test measured, for its output.</summary>
internal static class Said
{
    public static void Line(string figure) => TestContext.Current.TestOutputHelper?.WriteLine(figure);
}
