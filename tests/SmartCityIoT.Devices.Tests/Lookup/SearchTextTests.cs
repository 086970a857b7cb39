using CsCheck;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Devices.Tests.Lookup;

public class SearchTextTests
{
    [Theory]
    [InlineData("Buôn Ma Thuột", "buon ma thuot")]
    [InlineData("ĐẮK LẮK", "dak lak")]
    [InlineData("đường  Nguyễn\tTất Thành ", "duong nguyen tat thanh")]
    [InlineData("Cư Êbur", "cu ebur")]
    [InlineData("  WM-20/7", "wm-20/7")]
    [InlineData("", "")]
    public void Accents_case_and_white_space_are_folded(string text, string expected) => Assert.Equal(expected, SearchText.Fold(text));

    [Fact]
    public void Folding_never_throws_and_folds_no_further_the_second_time() =>
        Gen.String.Sample(text =>
        {
            var folded = SearchText.Fold(text);
            Assert.Equal(folded, SearchText.Fold(folded));
        });

    [Fact]
    public void Half_a_surrogate_pair_is_no_reason_to_throw() => Assert.Equal("a\ufffdb", SearchText.Fold("A\ud83dB"));
}
