using System.Text;

namespace MqttNetServer;

/// <summary>What a device logs in with, and where it may publish.</summary>
internal sealed record Credential(byte[] Secret, string Topic)
{
    /// <summary>Reads lines of <c>user name,secret,topic</c>.</summary>
    public static Dictionary<string, Credential> ReadAll(string file) => File.ReadLines(file)
        .Select(line => line.Split(','))
        .ToDictionary(cells => cells[0], cells => new Credential(Encoding.UTF8.GetBytes(cells[1]), cells[2]));
}
