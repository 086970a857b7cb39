using System.Text;
using CsCheck;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Tests.Topics;

/// <summary>Which topics a filter finds: the standard's examples, and a naive reading of it level by level.</summary>
public sealed class TopicMatchTests
{
    private static readonly string[] Levels = ["", "a", "b", "aa", "$SYS", "$"];

    private static readonly Gen<string> Level = Gen.Int[0, Levels.Length - 1].Select(at => Levels[at]);

    private static readonly Gen<string> Name = Level.Array[1, 5].Select(levels => string.Join('/', levels)).Where(name => name.Length > 0);

    private static readonly Gen<string> Filter = Gen.Frequency((3, Level), (2, Gen.Const("+"))).Array[0, 5].Select(Gen.Bool, (levels, isOpen) =>
        string.Join('/', isOpen || levels.Length == 0 ? [.. levels, "#"] : levels)).Where(filter => filter.Length > 0);

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)] // 4.7.1.2
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)] // 4.7.1.3
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/a", false)] // MQTT-4.7.2-1
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("ACCOUNTS", "Accounts", false)] // 4.7.3
    public void As_in_the_examples_of_the_standard(string filter, string topic, bool isFound) => Assert.Equal(isFound, IsMatch(filter, topic));

    [Fact]
    public void As_a_naive_reading_has_it() => Gen.Select(Filter, Name).Sample((filter, topic) => Assert.Equal(Naive(filter, topic), IsMatch(filter, topic)), iter: 20_000);

    private static bool Naive(string filter, string topic)
    {
        if (topic.StartsWith('$') && (filter[0] is '+' or '#'))
            return false;
        string[] asked = filter.Split('/');
        string[] names = topic.Split('/');
        if (asked[^1] == "#")
            return names.Length >= asked.Length - 1 && asked[..^1].Zip(names).All(pair => pair.First == "+" || pair.First == pair.Second);
        return asked.Length == names.Length && asked.Zip(names).All(pair => pair.First == "+" || pair.First == pair.Second);
    }

    private static bool IsMatch(string filter, string topic) => TopicFilter.IsMatch(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic));
}
