namespace SmartCityIoT.Ingestion.Tests;

/// <summary>Waits for what another thread brings about.</summary>
internal static class Eventually
{
    public static async Task Until(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"never happened: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
